/** The pull request that `drift` and `listen` keep for a stack: adopts in the YAML what drifted, or describes its revert. */
import { readFileSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { escapeUnprintable } from "../../bitbucket/printable";
import { locateStack } from "../../desired";
import type { DriftReport } from "../../drift";
import { countsOf, type DriftFinding } from "../../drift/model";
import { formatCount } from "../../errors/count";
import { findGitTop } from "../../git/top";
import { toDriftNotice } from "../../publish";
import { adoptDrift } from "../../publish/adopt";
import { formatComment } from "../../publish/markdown";
import type { Notice } from "../../publish/notice";
import { findDrift, toLabel } from "../../publish/notifyDrift";
import { branchOf } from "../../publish/proposalBranch";
import { type ProposalResult, putProposal, withdrawProposal } from "../../publish/pullRequest";
import { withClient } from "../shared/connect";
import { findProject, readConfig } from "../shared/project";
import type { FoundDrift } from "./work";

interface ProposalTarget {
  readonly stack: string;
  /** `workspace/slug`. */
  readonly repository: string;
  /** Whether the apply that reverts the drift is described, in place of adopting it. */
  readonly isRevert: boolean;
  /** The URL of the run. */
  readonly link: string | undefined;
  /** Hears what happens, a line each. */
  readonly say: (line: string) => void;
}

/** What a pull request changes, and what it says. */
interface ProposedChange {
  /** Contents by path in the repository. None: there is nothing to propose. */
  readonly files: ReadonlyMap<string, string>;
  /** Contents here of those that exist. */
  readonly base?: ReadonlyMap<string, string>;
  readonly remarks: readonly string[];
  /** Why a finding is not adopted. */
  readonly reasons: ReadonlyMap<DriftFinding, string>;
}

/** Creates or updates the pull request, or withdraws it where nothing is left to propose. */
export async function proposeChange(target: ProposalTarget, found: FoundDrift): Promise<void> {
  const { stack, repository, isRevert, link, say } = target;
  const { report, part } = found;
  const drift = findDrift(report);
  const told: DriftReport = { ...report, findings: [...drift], counts: countsOf(drift) };
  // What one event is about has a pull request of its own: the stack's would lose the rest.
  const name = part
    ? `${stack}+${toLabel(part.kind === "project" ? `project-${part.name}` : part.name)}`
    : stack;
  const { root } = findProject();
  const description = pathInRepository(root, `drift-${name}.md`);
  const change = isRevert
    ? describeRevert(stack, told, description)
    : await adopt(root, target, found, told, description);
  const { files, base = new Map(), remarks, reasons } = change;
  const result = await withClient(
    { write: true, quiet: true, config: readConfig(root, stack) },
    async ({ client }): Promise<ProposalResult | undefined> => {
      if (files.size > 0) {
        const notice = addReasons(toDriftNotice(told), drift, reasons);
        return putProposal(client, repository, {
          stack: name,
          title: `${isRevert ? "Revert" : "Adopt"} drift of ${part ? `${part.name} in ` : ""}${stack}`,
          notice: { ...notice, id: branchOf(name), remarks: [...remarks, ...notice.remarks] },
          files,
          base,
          link,
          ...(reasons.size > 0 ? { told: identify(reasons) } : {}),
        });
      }
      // What could not be read is not gone.
      if (!report.complete) return undefined;
      const why =
        drift.length === 0
          ? "The drift is gone: the workspace matches the desired state."
          : "Nothing is left that the YAML could adopt.";
      return withdrawProposal(client, repository, { stack: name, why });
    },
  );
  say(describeResult(result));
}

function describeRevert(stack: string, told: DriftReport, description: string): ProposedChange {
  const text = formatDrift(`Revert drift of ${stack}`, toDriftNotice(told));
  return {
    files: new Map(told.findings.length > 0 ? [[description, text]] : []),
    remarks: [
      `Merge this and apply (\`npx bitbucket-as-code up ${stack}\`): the apply puts back what the YAML declares. Unmanaged resources stay, unless the YAML says to remove them.`,
    ],
    reasons: new Map(),
  };
}

async function adopt(
  root: string,
  { stack, say }: ProposalTarget,
  { report, observed, unmanaged, whole }: FoundDrift,
  told: DriftReport,
  description: string,
): Promise<ProposedChange> {
  const place = locateStack(root, stack).path;
  const { texts, left } = await adoptDrift({ report, observed, unmanaged }, whole, { root, place });
  const base = new Map<string, string>();
  const files = new Map<string, string>();
  for (const [path, text] of texts) {
    files.set(pathInRepository(root, path), text);
    base.set(pathInRepository(root, path), readFileSync(join(root, path), "utf8"));
  }
  for (const { finding, reason } of left)
    say(escapeUnprintable(`Not adopted: ${finding.title} ${finding.name}: ${reason}`));
  const reasons = new Map(left.map(({ finding, reason }) => [finding, reason]));
  // A pull request needs a commit.
  if (texts.size === 0 && left.length > 0) {
    const notice = addReasons(toDriftNotice(told), told.findings, reasons);
    files.set(description, formatDrift(`Drift of ${stack} that the YAML cannot follow`, notice));
  }
  const remarks = [
    ...(texts.size > 0
      ? [
          "The YAML of this branch has the live values: after the merge there is nothing to apply for them. What was deleted in " +
            "Bitbucket is removed from the YAML, what was created there is declared.",
        ]
      : []),
    ...(left.length > 0
      ? [
          `${formatCount(left.length, "finding is", "findings are")} not in the YAML of this branch. Each has a line "not adopted" with the reason, and what to do.`,
        ]
      : []),
  ];
  return { files, base, remarks, reasons };
}

/** The path of a file of the project in the clone that the project is in. */
function pathInRepository(root: string, path: string): string {
  const top = findGitTop(root) ?? root;
  return relative(realpathSync(top), join(realpathSync(root), path))
    .split(sep)
    .join("/");
}

/** Without times and links: the same drift gives the same text. */
function formatDrift(title: string, notice: Notice): string {
  return `${formatComment({ ...notice, title, remarks: [] })}\n`;
}

function identify(reasons: ReadonlyMap<DriftFinding, string>): string {
  return JSON.stringify([...reasons].map(([{ id, fingerprint }, reason]) => [id, fingerprint, reason]));
}

/** @param findings Those of the rows, in their order. */
function addReasons(
  notice: Notice,
  findings: readonly DriftFinding[],
  reasons: ReadonlyMap<DriftFinding, string>,
): Notice {
  const rows = notice.rows.map((row, index) => {
    const finding = findings[index];
    const reason = finding && reasons.get(finding);
    return reason === undefined ? row : { ...row, details: [...row.details, `not adopted: ${reason}`] };
  });
  return { ...notice, rows };
}

function describeResult(result: ProposalResult | undefined): string {
  if (!result) return "Pull request: nothing to propose";
  const { done, id, link, note } = result;
  const name = id === undefined ? "Pull request" : `Pull request #${id}`;
  return [
    `${name}: ${done}`,
    ...(link === undefined ? [] : [link]),
    ...(note === undefined ? [] : [note]),
  ].join("\n");
}
