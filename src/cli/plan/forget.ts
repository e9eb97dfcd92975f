/** `forget`: stops managing resources without changing them. */

import { Command } from "commander";
import colors from "picocolors";
import { type DesiredResource, DesiredStateError, loadStack, locateStack } from "../../desired";
import { type ForgottenResource, forgetResources, Stacks } from "../../run";
import { confirm } from "../shared/ask";
import { useEngine } from "../shared/engine";
import { printOutput } from "../shared/output/print";
import { findProject, UsageError } from "../shared/project";

interface ForgetOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Lines of a list, unless JSON is requested. */
const fewLines = 40;

export function createForgetCommand(): Command {
  return new Command("forget")
    .description("Stop managing resources without changing or deleting them: only the state changes")
    .argument("<stack>", "the stack's name, or one shard of it: acme, acme.PLAT")
    .argument("<patterns...>", 'globs on names as shown in previews: api, "api:*", "Webhook *:ci"')
    .option("-y, --yes", "skip the confirmation prompt")
    .option("--json", "print what was forgotten as JSON")
    .addHelpText(
      "after",
      `\nExamples:\n  npx bitbucket-as-code forget acme api --yes\n  npx bitbucket-as-code forget acme 'Webhook *:ci'`,
    )
    .action(run);
}

async function run(stack: string, patterns: readonly string[], options: ForgetOptions): Promise<void> {
  const { root } = findProject();
  await useEngine();
  const place = locateStack(root, stack);
  const stacks = new Stacks(root, place.stack, { PULUMI_SKIP_UPDATE_CHECK: "true" });
  const existing = await stacks.listExisting();
  const shards = [...existing].filter((shard) => place.shard === "" || shard === place.shard);
  if (shards.length === 0) throw new UsageError(`There is no Pulumi stack ${stack} yet: nothing is managed.`);
  const planned = await forgetResources(stacks, shards, patterns, { apply: false });
  if (planned.length === 0)
    throw new UsageError(
      `The state of ${stack} contains nothing that matches ${patterns.join(" or ")}. Use names as shown in a preview: ` +
        'api, api:ci, or with the resource type, "Webhook api:ci".',
    );
  if (!options.json) show(planned, "to be forgotten");
  if (!(await confirm("Stop managing these?", options.yes, ""))) {
    if (options.json) printOutput("forget", { forgotten: [], stillDeclared: [] });
    return;
  }
  const forgotten = await forgetResources(stacks, shards, patterns, { apply: true });
  // Somebody may have run an apply while this one was waiting for the answer.
  if (!options.json && forgotten.length !== planned.length) show(forgotten, "forgotten");
  const declared = await stillDeclared(place.path, forgotten);
  if (options.json) {
    const left = declared.map(({ kind, name, position }) => ({ kind: kind.name, name, ...position }));
    printOutput("forget", { forgotten, stillDeclared: left });
    return;
  }
  process.stdout.write(
    `${colors.bold(`${forgotten.length} forgotten`)}. Nothing was changed in Bitbucket.\n${declaredText(declared)}`,
  );
}

function show(forgotten: readonly ForgottenResource[], what: string): void {
  const several = new Set(forgotten.map(({ stack }) => stack)).size > 1;
  const lines = forgotten
    .slice(0, fewLines)
    .map(
      ({ stack, kind, name, withOwner }) =>
        `  ${kind} ${name}${several ? colors.dim(` (${stack})`) : ""}${withOwner ? colors.dim(" (belongs to one of them)") : ""}`,
    );
  const rest = forgotten.length - lines.length;
  if (rest > 0) lines.push(`  … and ${rest} more`);
  process.stdout.write(`${forgotten.length} ${what}:\n${lines.join("\n")}\n`);
}

/** The resources that the YAML still declares, parents only: an apply would create or adopt them again. */
async function stillDeclared(
  path: string,
  forgotten: readonly ForgottenResource[],
): Promise<readonly DesiredResource[]> {
  const keys = new Set(forgotten.map(({ kind, name }) => `${kind} ${name}`));
  const isGone = ({ kind, name }: DesiredResource) => keys.has(`${kind.name} ${name}`);
  try {
    const { resources } = await loadStack(path);
    return resources.filter((resource) => isGone(resource) && !(resource.parent && isGone(resource.parent)));
  } catch (error) {
    if (!(error instanceof DesiredStateError)) throw error;
    process.stderr.write(`Could not check whether the YAML still declares them. ${error.message}\n`);
    return [];
  }
}

function declaredText(declared: readonly DesiredResource[]): string {
  if (declared.length === 0) return "";
  const lines = declared
    .slice(0, fewLines)
    .map(({ position: { file, line, column, path } }) => `  ${file}:${line}:${column} ${path}`);
  if (declared.length > lines.length) lines.push(`  … and ${declared.length - lines.length} more`);
  return `The YAML still declares these: remove them, or the next "up" adopts them again.\n${lines.join("\n")}\n`;
}
