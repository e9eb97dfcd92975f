/** `up`, `preview` and `destroy`: Pulumi's operations on a stack, split into shards or not. */
import { Command } from "commander";
import { type DesiredStack, loadStack, locateStack, withoutRepositoryFiles } from "../../desired";
import type { StackOperation } from "../../run";
import { tellAccount } from "../shared/account";
import { checkAnswerable, confirm } from "../shared/ask";
import { withClient } from "../shared/connect";
import { addExamples } from "../shared/examples";
import { findProject, readConfig } from "../shared/project";
import { repositoryFilesOnce } from "../shared/repositoryFiles";
import { parseWholeNumber } from "../shared/wholeNumber";
import { applyPlan, writePlanOf } from "./applyPlan";
import { operate, type StackCommandOptions } from "./operate";
import { countChanges } from "./showOutcome";
import { type ChangedCommandOptions, checkChangedOptions, showWithoutEngine } from "./withoutEngine";

interface OperationOptions extends StackCommandOptions, ChangedCommandOptions {
  readonly yes?: boolean;
  readonly skipPreview?: boolean;
  readonly expectNoChanges?: boolean;
  readonly out?: string;
  readonly only?: readonly string[];
  readonly plan?: string;
}

export function createUpCommand(): Command {
  return createChangingCommand("up", "Apply the YAML to the workspace, all shards in parallel", [
    "npx bitbucket-as-code up acme",
    "npx bitbucket-as-code up acme --plan plan.json",
    "npx bitbucket-as-code up acme --changed",
  ])
    .option("-y, --yes", "skip the confirmation prompt")
    .option("--engine", "run the engine even for shards without changes")
    .option("-f, --skip-preview", "do not show a preview first")
    .option("--adopt", "adopt existing resources and update them to the declared state")
    .option("--plan <file>", "apply exactly this plan: exit with 3 if anything differs")
    .option("--changed", "apply only what the YAML changes since the last apply")
    .action(async (stack: string, options: OperationOptions) => {
      checkChangedOptions({ ...options });
      return options.plan === undefined
        ? change("up", stack, options)
        : applyPlan(stack, options.plan, options);
    });
}

export function createPreviewCommand(): Command {
  return common("preview", "Show what an apply would change, all shards in parallel", [
    "npx bitbucket-as-code preview acme",
    "npx bitbucket-as-code preview acme --out plan.json",
    "npx bitbucket-as-code preview acme --only acme.PLAT --expect-no-changes",
    "npx bitbucket-as-code preview acme --changed --since origin/main",
  ])
    .option("--expect-no-changes", "exit with 2 if anything would change")
    .option("--engine", "run the engine even for shards without changes")
    .option("--changed", "preview only what the YAML changes since the last apply")
    .option("--since <revision>", "with --changed: what the YAML changes since this revision of git")
    .option(
      "--spread <hours>",
      "run without the engine, and spread the requests over this many hours",
      parseWholeNumber,
    )
    .option("--fresh", "ignore the cached responses of an interrupted preview")
    .option("-o, --out <file>", "write a plan file, to review and apply with up --plan")
    .option("--only <stacks...>", "only these shards, by their stack names")
    .action(async (stack: string, options: OperationOptions) => {
      checkChangedOptions({ ...options });
      const { out, only } = options;
      const outcome =
        options.changed || options.spread !== undefined
          ? await showWithoutEngine(stack, options)
          : await operate("preview", stack, options, {
              run: only ? { only } : {},
              resumes: out === undefined,
            });
      if (out !== undefined && outcome.succeeded) await writePlanOf(stack, outcome, out, only);
      if (!outcome.succeeded) process.exitCode = 1;
      else if (options.expectNoChanges && countChanges(outcome) > 0) process.exitCode = 2;
    });
}

export function createDestroyCommand(): Command {
  return createChangingCommand("destroy", "Delete all resources of the stack, all shards in parallel", [
    "npx bitbucket-as-code destroy acme",
  ])
    .option("-y, --yes", "skip the confirmation prompt")
    .action((stack: string, options: OperationOptions) =>
      change("destroy", stack, { ...options, skipPreview: true }),
    );
}

function createChangingCommand(
  name: "up" | "destroy",
  description: string,
  lines: readonly string[],
): Command {
  return common(name, description, lines)
    .option("--skip-checkpoints", "write the state once at the end: the default of compiled projects")
    .option("--checkpoints", "write the state after every step: the default of all others");
}

function common(name: StackOperation, description: string, lines: readonly string[]): Command {
  return addExamples(new Command(name), lines)
    .description(description)
    .argument("<stack>", "the stack's name, or one shard of it: acme, acme.PLAT")
    .option("-p, --parallel <shards>", "the number of shards to run at once", parseWholeNumber)
    .option("-v, --verbose", "show every change")
    .option("--json", "print the outcome as JSON");
}

/** Says as whom, before a question that no preview comes before. Returns the stack of which it is asked. */
async function tellAccountOf(operation: "up" | "destroy", stack: string): Promise<DesiredStack> {
  const { root } = findProject();
  const { path } = locateStack(root, stack);
  return withClient({ config: readConfig(root, stack), quiet: true }, async (connection) => {
    const repositoryFiles =
      operation === "destroy" ? withoutRepositoryFiles : repositoryFilesOnce(root, stack, connection);
    const desired = await loadStack(path, { repositoryFiles });
    tellAccount(connection.client, desired.workspace);
    return desired;
  });
}

async function change(operation: "up" | "destroy", stack: string, options: OperationOptions): Promise<void> {
  const instead = 'run "preview" first';
  checkAnswerable(options.yes, instead);
  let desired: DesiredStack | undefined;
  if (!options.yes) {
    const preview = () =>
      options.changed ? showWithoutEngine(stack, options) : operate("preview", stack, options);
    const planned = options.skipPreview ? undefined : await preview();
    if (planned && !planned.succeeded) {
      process.exitCode = 1;
      return;
    }
    if (planned && countChanges(planned) + planned.moves.length === 0) return;
    if (!planned) desired = await tellAccountOf(operation, stack);
    const question = operation === "up" ? "Apply these changes?" : `Delete everything that ${stack} manages?`;
    if (!(await confirm(question, false, instead))) return;
  }
  const outcome = await operate(operation, stack, options, { run: { desired } });
  if (!outcome.succeeded) process.exitCode = 1;
}
