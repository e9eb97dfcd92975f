/** What an import has done, as text and as JSON. */
import { escapeUnprintable } from "../../bitbucket/printable";
import { formatCount } from "../../errors/count";
import {
  type DifferingResource,
  formatRemoval,
  type ImportOutcome,
  type TerraformOutcome,
} from "../../import";
import { describeHowToAdopt } from "../../model/adoption";
import { describeHowToSupply } from "../../plan/unsuppliedSecrets";
import type { ImportReport } from "../shared/output/project";

/** What came of an import, and as whom it was made. */
export interface CommandOutcome extends ImportOutcome, Pick<ImportReport, "credential"> {}

/** What of the options its outcome depends on. */
interface ShownImport {
  readonly intoProgram?: string;
  readonly forPulumi?: string;
  readonly dryRun?: boolean;
  /** Says nothing of what comes next: `init` does. */
  readonly isNewProject?: boolean;
}

/** Lines of a list that are shown. */
const fewLines = 20;

/** What `--json` prints. */
export function toReport(outcome: CommandOutcome, stack: string, { dryRun }: ShownImport): ImportReport {
  const { credential, taken, fresh, files, notes, toSupply, state, terraform } = outcome;
  const left = toSupply.map(({ what, secret }) => ({ what, how: describeHowToSupply(secret, stack) }));
  const added = Object.fromEntries(state.added);
  return {
    stack,
    credential,
    written: dryRun !== true,
    taken,
    fresh,
    files: [...files],
    notes: [...notes],
    toSupply: left,
    terraform: terraform && {
      ...terraform,
      addresses: [...terraform.addresses],
      beyond: [...terraform.beyond],
      secrets: [...terraform.secrets],
    },
    state: { added, renamed: [...state.renamed], differing: state.differing.map(toDifferingReport) },
  };
}

function toDifferingReport(one: DifferingResource): ImportReport["state"]["differing"][number] {
  const { resource, fields, fixed, unknown, isAdoptable, members } = one;
  return {
    resource,
    added: isAdoptable,
    members,
    fields: [...fields],
    fixed: [...fixed],
    unknown: Object.fromEntries(unknown),
  };
}

export function showImport(outcome: CommandOutcome, stack: string, options: ShownImport): void {
  const { dryRun } = options;
  const { taken, fresh, files, notes, toSupply, state, terraform } = outcome;
  const lines: string[] = [];
  if (options.forPulumi !== undefined) {
    lines.push(
      `${formatCount(taken, "object of the workspace is", "objects of the workspace are")} in ${dryRun ? "what would be " : ""}${files.join(", ")}.`,
    );
    lines.push(...list(notes, "Not imported:"));
    if (!dryRun) lines.push("", `Next: pulumi import --file ${options.forPulumi} --stack ${stack}`);
    process.stdout.write(`${escapeUnprintable(lines.join("\n"))}\n`);
    return;
  }
  const would = dryRun ? "would be " : "";
  lines.push(
    `${formatCount(taken, "object of the workspace is", "objects of the workspace are")} declared, ${fresh} of them new in the YAML.`,
  );
  lines.push(...files.map((file) => `  ${would}written: ${file}`));
  if (files.length === 0) lines.push("  No file changed.");
  for (const [name, count] of state.added)
    lines.push(`  ${formatCount(count, "resource was", "resources were")} added to the state of ${name}`);
  if (terraform)
    lines.push(
      `  ${terraform.taken} of the ${formatCount(terraform.resources, "resource")} in Terraform's state ${dryRun ? "would be" : "are"} managed here`,
    );
  lines.push(
    ...list(
      state.renamed.map(({ held, declared }) => `${held} is ${declared} in the YAML`),
      "The state contains these under another name, and stays unchanged:",
    ),
    ...formatDiffering(state.differing),
    ...list(notes, "Not imported:"),
    ...list(
      toSupply.map(({ what, secret }) => `${what}: ${describeHowToSupply(secret, stack)}`),
      `${formatCount(toSupply.length, "secret is never returned by Bitbucket. It stays unchanged until you supply it", "secrets are never returned by Bitbucket. They stay unchanged until you supply them")}:`,
      // If there is YAML, each secret is marked in it.
      options.intoProgram === undefined ? ', each marked "ifMissing: keep" in the YAML' : "",
    ),
  );
  if (terraform) lines.push(...formatRemarks(terraform));
  if (!dryRun && !options.isNewProject) {
    const preview =
      options.intoProgram === undefined
        ? `npx bitbucket-as-code preview ${stack}`
        : `pulumi preview --stack ${stack}`;
    const shows = state.differing.length > 0 ? "shows what differs" : "should show no changes";
    lines.push("", `Next: ${preview}   # ${shows}`);
    if (terraform) lines.push(...takeOut(terraform));
  }
  process.stdout.write(`${escapeUnprintable(lines.join("\n"))}\n`);
}

/** What is not as declared, with what the next apply does about it. */
function formatDiffering(differing: readonly DifferingResource[]): string[] {
  const added = differing.filter(({ isAdoptable }) => isAdoptable);
  const left = differing.filter(({ isAdoptable }) => !isAdoptable);
  const way =
    'To adopt them, set "adopt: true" on them or run this again with --adopt; to keep what is in Bitbucket, change the YAML.';
  return [
    ...list(
      left.map(formatDifference),
      "These exist and differ from the YAML. They were not added to the state, and the next up stops at them:",
    ),
    ...(left.some(({ fixed }) => fixed.length === 0) ? [way] : []),
    ...list(added.map(formatDifference), "The next up changes these to what the YAML declares:"),
  ];
}

function formatDifference({ resource, fields, fixed, unknown, members }: DifferingResource): string {
  const shown = fields.map((field) => {
    const reason = unknown.get(field);
    return reason === undefined ? field : `${field} (its value is unknown: ${reason})`;
  });
  return [
    `${resource}: ${shown.join(", ")}`,
    ...(members > 0 ? [`, and with it ${formatCount(members, "resource")} that it contains`] : []),
    ...(fixed.length > 0 ? [`. ${describeHowToAdopt(fixed, "yaml")}`] : []),
  ].join("");
}

function formatRemarks({ beyond, secrets }: TerraformOutcome): string[] {
  return [
    ...list(beyond, "Also imported, because Terraform manages resources in them:"),
    ...list(
      secrets,
      `${formatCount(secrets.length, "secret was", "secrets were")} copied from Terraform's state to the encrypted Pulumi state. Previews name ${secrets.length === 1 ? "it until you supply it" : "them until you supply them"}:`,
    ),
  ];
}

/** Two tools that manage the same resources undo each other's work. */
function takeOut({ tool, addresses }: TerraformOutcome): string[] {
  if (addresses.length === 0) return [];
  const command =
    addresses.length > fewLines
      ? `${tool} state rm …   # ${formatCount(addresses.length, "address", "addresses")}: --dry-run --json lists them, under terraform.addresses`
      : formatRemoval(tool, addresses);
  return [
    "",
    "Then remove them from Terraform, first from its state: an apply that finds them in the state and not in its files",
    "deletes them.",
    `  ${command}`,
    "Then delete their blocks from its files.",
  ];
}

function list(items: readonly string[], heading: string, more = ""): string[] {
  if (items.length === 0) return [];
  const rest = items.length - fewLines;
  return [
    "",
    heading,
    ...items.slice(0, fewLines).map((item) => `  - ${item.replace(/\s+/g, " ")}`),
    ...(rest > 0 ? [`  … and ${rest} more${more}`] : []),
  ];
}
