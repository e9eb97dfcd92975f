/** `up`, `preview` and `destroy`: Pulumi's operations on a stack, split into shards or not. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { environment } from "../../environment";
import { createLiveLookup, formatBudgetWarning } from "../../plan";
import { writePlan } from "../../plan/file";
import { refuseVerboseLog } from "../../provider/verbose";
import { type RunOptions, type RunOutcome, runShards, type StackOperation } from "../../run";
import { checkAnswerable, confirm } from "../shared/ask";
import { withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { addExamples } from "../shared/examples";
import { startProgress } from "../shared/progress";
import { findProject, readConfig } from "../shared/project";
import { parseWholeNumber } from "../shared/wholeNumber";
import { countsOf, formatOutcome, formatRequests } from "./outcome";
import { openPlan, planOf } from "./planned";

interface OperationOptions {
  readonly parallel?: number;
  readonly yes?: boolean;
  readonly skipPreview?: boolean;
  readonly skipCheckpoints?: boolean;
  readonly expectNoChanges?: boolean;
  readonly adopt?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly out?: string;
  readonly only?: readonly string[];
  readonly plan?: string;
}

export function createUpCommand(): Command {
  return common("up", "Make the workspace what the YAML says, all shards side by side", [
    "bitbucket-as-code up acme",
    "bitbucket-as-code up acme --plan plan.json",
  ])
    .option("-y, --yes", "do not ask before the first change")
    .option("-f, --skip-preview", "do not show what will change first")
    .option("--adopt", "take over what is there already, and bring it to the declared state")
    .option(
      "--skip-checkpoints",
      "write the state once at the end: for large first applies (see docs/scale.md)",
    )
    .option("--plan <file>", "carry out this plan, exactly: exit with 3 if anything is not as it was planned")
    .action((stack: string, options: OperationOptions) =>
      options.plan === undefined ? change("up", stack, options) : applyPlan(stack, options.plan, options),
    );
}

export function createPreviewCommand(): Command {
  return common("preview", "Show what an up would change, all shards side by side", [
    "bitbucket-as-code preview acme",
    "bitbucket-as-code preview acme --out plan.json",
    "bitbucket-as-code preview acme --only acme.PLAT --expect-no-changes",
  ])
    .option("--expect-no-changes", "exit with 2 if anything would change")
    .option("-o, --out <file>", "write a plan, to be reviewed and carried out with: up --plan")
    .option("--only <stacks...>", "only these shards, by the names of their Pulumi stacks")
    .action(async (stack: string, options: OperationOptions) => {
      const { out, only } = options;
      const outcome = await operate("preview", stack, options, { run: only ? { only } : {} });
      if (out !== undefined && outcome.succeeded) await writePlanOf(stack, outcome, out, only);
      if (!outcome.succeeded) process.exitCode = 1;
      else if (options.expectNoChanges && changes(outcome) > 0) process.exitCode = 2;
    });
}

export function createDestroyCommand(): Command {
  return common("destroy", "Delete what the stack manages, all shards side by side", [
    "bitbucket-as-code destroy acme",
  ])
    .option("-y, --yes", "do not ask before the first deletion")
    .action((stack: string, options: OperationOptions) =>
      change("destroy", stack, { ...options, skipPreview: true }),
    );
}

function common(name: StackOperation, description: string, lines: readonly string[]): Command {
  return addExamples(new Command(name), lines)
    .description(description)
    .argument("<stack>", "the stack's name, or one shard of it: acme, acme.PLAT")
    .option("-p, --parallel <shards>", "shards at once", parseWholeNumber)
    .option("-v, --verbose", "show every change")
    .option("--json", "print the outcome as JSON");
}

async function change(operation: "up" | "destroy", stack: string, options: OperationOptions): Promise<void> {
  const instead = 'run "preview" first';
  checkAnswerable(options.yes, instead);
  if (!options.yes) {
    const planned = options.skipPreview ? undefined : await operate("preview", stack, options);
    if (planned && !planned.succeeded) {
      process.exitCode = 1;
      return;
    }
    if (planned && changes(planned) + planned.moves.length === 0) return;
    const question = operation === "up" ? "Do this?" : `Delete everything that ${stack} manages?`;
    if (!(await confirm(question, false, instead))) return;
  }
  const outcome = await operate(operation, stack, options);
  if (!outcome.succeeded) process.exitCode = 1;
}

/**
 * Applies a plan. It is checked against the YAML, the secrets and the live workspace before the first write,
 * and the engine is held to it while it runs.
 */
async function applyPlan(stack: string, file: string, options: OperationOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-plan-"));
  try {
    const session = await openPlan(stack, file);
    const preview = await operate("preview", stack, options, {
      run: { plans: folder },
      quiet: true,
    });
    if (!preview.succeeded) {
      show(preview, undefined, options);
      process.exitCode = 1;
      return;
    }
    session.checkLive(preview);
    const outcome = await operate("up", stack, options, {
      run: { guard: { plans: folder, check: (shard) => session.shardDiffers(shard) } },
    });
    if (!outcome.succeeded) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writePlanOf(
  stack: string,
  preview: RunOutcome,
  file: string,
  only: readonly string[] | undefined,
): Promise<void> {
  const plan = await planOf(stack, preview, only);
  writePlan(file, plan);
  process.stderr.write(`The plan is in ${file}.\n`);
  if (plan.seal.key === "none")
    process.stderr.write(
      "It is not sealed with a key: set BITBUCKET_PLAN_KEY, here and where it is applied, so that nobody can change it unnoticed.\n",
    );
}

interface OperateExtras {
  readonly run?: Partial<RunOptions>;
  /** Does not print the outcome. */
  readonly quiet?: boolean;
}

async function operate(
  operation: StackOperation,
  stack: string,
  options: OperationOptions,
  { run = {}, quiet = false }: OperateExtras = {},
): Promise<RunOutcome> {
  refuseVerboseLog();
  const { root } = findProject();
  await useEngine();
  const config = readConfig(root, stack);
  return withClient({ config, quiet: true }, async ({ client, reader }) => {
    const shown = startProgress("resources", () => client.budget.remaining());
    const stop = new AbortController();
    // A terminal sends Ctrl-C to the engines as well, which shut down on their own: no further shard is
    // started.
    let stopping = false;
    const interrupted = () => {
      stopping = true;
      process.stderr.write("Stopping: what was begun comes to its end.\n");
    };
    const terminated = () => stop.abort();
    process.on("SIGINT", interrupted);
    process.on("SIGTERM", terminated);
    try {
      const outcome = await runShards({
        root,
        stack,
        operation,
        parallel: options.parallel,
        skipCheckpoints: options.skipCheckpoints,
        ...(options.adopt ? { env: { BITBUCKET_ADOPT: "1" } } : {}),
        live: createLiveLookup(reader),
        signal: stop.signal,
        stopped: () => stopping,
        ...run,
        listener: {
          needs: (requests) => {
            const costly = formatBudgetWarning(requests, client.budget);
            if (costly !== undefined) process.stderr.write(`${costly}\n`);
          },
          expect: (resources) => shown.expect(resources),
          done: () => shown.done(),
          read: () => shown.read(),
          running: (shards) => shown.doing(shards.join(", ")),
          say: (line) => process.stderr.write(`${line}\n`),
        },
      });
      shown.stop();
      if (!quiet) show(outcome, formatRequests(outcome.run, client, environment()), options);
      return outcome;
    } finally {
      shown.stop();
      process.off("SIGINT", interrupted);
      process.off("SIGTERM", terminated);
    }
  });
}

function show(outcome: RunOutcome, requests: string | undefined, options: OperationOptions): void {
  if (options.json) {
    const { run: _, moves, shards, ...rest } = outcome;
    const moved = moves.map(({ root, from, to }) => ({ name: root, from, to }));
    const parts = shards.map(({ live: __, ...shard }) => shard);
    process.stdout.write(
      `${JSON.stringify({ ...rest, shards: parts, counts: countsOf(shards), moves: moved }, null, 2)}\n`,
    );
    return;
  }
  process.stdout.write(`${formatOutcome(outcome, options.verbose === true)}\n`);
  if (requests !== undefined) process.stdout.write(`${requests}\n`);
}

function changes({ shards }: RunOutcome): number {
  return shards.reduce((sum, shard) => sum + shard.changes.length, 0);
}
