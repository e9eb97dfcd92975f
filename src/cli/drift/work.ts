/** What `drift` does with what it found: a pull request, messages and issues. */
import { readFileSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { escapeUnprintable } from "../../bitbucket/printable";
import type { DesiredStack } from "../../desired";
import { locateStack } from "../../desired";
import type { DriftReport } from "../../drift";
import type { ObservedObject } from "../../drift/fingerprint";
import type { FindingChanges } from "../../drift/history";
import { countsOf, type DriftFinding } from "../../drift/model";
import { environment } from "../../environment";
import { messageOf } from "../../errors";
import { formatCount } from "../../errors/count";
import { findGitTop } from "../../git/top";
import { type ChatMessage, postToChat } from "../../notify/chat";
import { Jira } from "../../notify/jira";
import { type NotifyChannel, readJira, readWebhook } from "../../notify/settings";
import { toDriftNotice } from "../../publish";
import { adoptDrift } from "../../publish/adopt";
import { formatComment } from "../../publish/markdown";
import type { Notice } from "../../publish/notice";
import { type DriftPart, driftMessage, findDrift, publishIssues, toLabel } from "../../publish/notifyDrift";
import { branchOf, type ProposalResult, putProposal, withdrawProposal } from "../../publish/pullRequest";
import type { UnmanagedObject } from "../../unmanaged";
import { remoteHere } from "../api/place";
import { withClient } from "../shared/connect";
import { pipelineLink } from "../shared/outputs";
import { findProject, readConfig, UsageError } from "../shared/project";
import { checkRepositoryName } from "../shared/repositoryName";

export interface WorkOptions {
  readonly openPullRequest?: string | boolean;
  readonly revert?: boolean;
  readonly notify?: readonly NotifyChannel[];
  readonly link?: string;
}

interface UsageOptions extends WorkOptions {
  readonly changed?: boolean;
  readonly watch?: unknown;
  readonly repository?: unknown;
  readonly project?: unknown;
  readonly kinds?: unknown;
}

/** Sends to one place. */
export interface Deliver {
  /** `slack`, `jira`, `pull request`. */
  readonly name: string;
  send(found: FoundDrift): Promise<void>;
  /** Posts something else than a report. Only chats do. */
  post?(message: ChatMessage): Promise<void>;
}

export interface FoundDrift {
  readonly report: DriftReport;
  readonly observed: readonly ObservedObject[];
  readonly unmanaged: readonly UnmanagedObject[];
  readonly whole: DesiredStack;
  /** What is new since the last run, with a history. */
  readonly changes?: Pick<FindingChanges, "found" | "changed"> | undefined;
  /** The only repository or project that was looked at. Undefined: the stack was. */
  readonly part?: DriftPart | undefined;
}

/**
 * Checks the options and the settings before anything is read.
 *
 * @throws {UsageError | SettingError} that says what is missing.
 */
export function prepareWork(stack: string, options: UsageOptions): readonly Deliver[] {
  const { openPullRequest, revert, notify = [] } = options;
  if (revert && !openPullRequest)
    throw new UsageError("--revert says what --open-pull-request proposes: write both.");
  if (!openPullRequest && notify.length === 0) return [];
  const name = openPullRequest ? "--open-pull-request" : "--notify";
  if (options.watch || options.changed)
    throw new UsageError(
      `${name} is for a run on its own: leave out ${options.watch ? "--watch" : "--changed"}.`,
    );
  if (openPullRequest && (options.repository ?? options.project ?? options.kinds))
    throw new UsageError(
      "--open-pull-request needs the whole stack: leave out --repository, --project and --kinds.",
    );
  const { root } = findProject();
  const config = readConfig(root, stack);
  const sources = { env: environment(), config };
  const link = options.link ?? pipelineLink(environment());
  const chats = notify.map((channel): Deliver => {
    if (channel === "jira") {
      const settings = readJira(sources);
      const send = (found: FoundDrift) => keepIssues(new Jira(settings, { env: environment() }), found, link);
      return { name: channel, send };
    }
    const address = readWebhook(channel, sources);
    const post = async (message: ChatMessage) => {
      await postToChat(channel, address, message, { env: environment() });
      say(`Posted to ${channel === "slack" ? "Slack" : "Teams"}`);
    };
    return {
      name: channel,
      post,
      send: async ({ report, changes }) => {
        const told = changes
          ? findDrift({ findings: [...changes.found, ...changes.changed] })
          : findDrift(report);
        if (told.length > 0) await post(driftMessage(report, told, link));
      },
    };
  });
  if (!openPullRequest) return chats;
  const repository = repositoryOf(openPullRequest, stack);
  return [
    { name: "pull request", send: (found) => propose(stack, repository, revert === true, found, link) },
    ...chats,
  ];
}

/** Does all of it, also where a part fails. Returns whether everything was delivered. */
export async function doWork(delivers: readonly Deliver[], found: FoundDrift): Promise<boolean> {
  let isDone = true;
  for (const deliver of delivers) {
    try {
      await deliver.send(found);
    } catch (error) {
      isDone = false;
      say(`Not delivered: ${messageOf(error)}`);
    }
  }
  return isDone;
}

async function keepIssues(jira: Jira, { report, part }: FoundDrift, link: string | undefined): Promise<void> {
  try {
    for (const { key, done } of await publishIssues(jira, report, link, part))
      say(`Jira issue ${key}: ${done}`);
  } finally {
    await jira.close();
  }
}

async function propose(
  stack: string,
  repository: string,
  revert: boolean,
  { report, observed, unmanaged, whole, part }: FoundDrift,
  link: string | undefined,
): Promise<void> {
  const { root } = findProject();
  const place = locateStack(root, stack).path;
  // What one event is about has a pull request of its own: the stack's would lose the rest.
  const name = part
    ? `${stack}+${toLabel(part.kind === "project" ? `project-${part.name}` : part.name)}`
    : stack;
  const top = findGitTop(root) ?? root;
  const inRepository = (path: string) =>
    relative(realpathSync(top), join(realpathSync(root), path))
      .split(sep)
      .join("/");
  const drift = findDrift(report);
  const told: DriftReport = { ...report, findings: [...drift], counts: countsOf(drift) };
  const base = new Map<string, string>();
  const files = new Map<string, string>();
  const remarks: string[] = [];
  const reasons = new Map<DriftFinding, string>();
  if (revert) {
    if (drift.length > 0) files.set(inRepository(`drift-${name}.md`), describeRevert(stack, told));
    remarks.push(
      `Merge this and apply (\`npx bitbucket-as-code up ${stack}\`): the apply puts back what the YAML declares. Unmanaged resources stay, unless the YAML says to remove them.`,
    );
  } else {
    const { texts, left } = await adoptDrift({ report, observed, unmanaged }, whole, { root, place });
    for (const [path, text] of texts) {
      files.set(inRepository(path), text);
      base.set(inRepository(path), readFileSync(join(root, path), "utf8"));
    }
    for (const { finding, reason } of left) {
      reasons.set(finding, reason);
      say(escapeUnprintable(`Not adopted: ${finding.title} ${finding.name}: ${reason}`));
    }
    if (texts.size > 0)
      remarks.push(
        "The YAML of this branch has the live values: after the merge there is nothing to apply for them. What was deleted in " +
          "Bitbucket is removed from the YAML, what was created there is declared.",
      );
    if (left.length > 0)
      remarks.push(
        `${formatCount(left.length, "finding is", "findings are")} not in the YAML of this branch. Each has a line "not adopted" with the reason, and what to do.`,
      );
    // A pull request needs a commit.
    if (texts.size === 0 && left.length > 0)
      files.set(inRepository(`drift-${name}.md`), describeLeft(stack, told, reasons));
  }
  const result = await withClient(
    { write: true, quiet: true, config: readConfig(root, stack) },
    async ({ client }): Promise<ProposalResult | undefined> => {
      if (files.size > 0) {
        const notice = addReasons(toDriftNotice(told), drift, reasons);
        return putProposal(client, repository, {
          stack: name,
          title: `${revert ? "Revert" : "Adopt"} drift of ${part ? `${part.name} in ` : ""}${stack}`,
          notice: { ...notice, id: branchOf(name), remarks: [...remarks, ...notice.remarks] },
          files,
          base,
          link,
          ...(reasons.size > 0
            ? {
                told: JSON.stringify(
                  [...reasons].map(([{ id, fingerprint }, reason]) => [id, fingerprint, reason]),
                ),
              }
            : {}),
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

/** Without times and links: the same drift gives the same text. */
function describeRevert(stack: string, report: DriftReport): string {
  const notice = toDriftNotice(report);
  return `${formatComment({ ...notice, title: `Revert drift of ${stack}`, remarks: [] })}\n`;
}

function describeLeft(
  stack: string,
  report: DriftReport,
  reasons: ReadonlyMap<DriftFinding, string>,
): string {
  const notice = addReasons(toDriftNotice(report), report.findings, reasons);
  return `${formatComment({ ...notice, title: `Drift of ${stack} that the YAML cannot follow`, remarks: [] })}\n`;
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

function repositoryOf(given: string | boolean, stack: string): string {
  const text = typeof given === "string" ? given : environment().BITBUCKET_REPO_FULL_NAME;
  if (text) return checkRepositoryName(text);
  const remote = remoteHere(readConfig(findProject().root, stack));
  if (remote) return `${remote.workspace}/${remote.slug}`;
  throw new UsageError(
    "The repository of the pull request is unknown: use --open-pull-request workspace/repository, or run this in its clone.",
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
