/** Plan files of `preview` and `up`: one writes a plan, the other applies it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PlanRefusedError, planRefusedExitCode, toPlanRefusal, writePlan } from "../../plan/file";
import { isRefused, type RunOutcome } from "../../run";
import { operate, type StackCommandOptions } from "./operate";
import { openPlan, type PlanSession, planOf } from "./planned";

/**
 * Applies a plan. It is checked against the YAML, the secrets and the live workspace before the first write,
 * and the engine is held to it while it runs.
 */
export async function applyPlan(stack: string, file: string, options: StackCommandOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-plan-"));
  try {
    const session = await checkPlan(stack, file, options, folder).catch((error: unknown) => {
      throw toPlanRefusal(error);
    });
    if (!session) return;
    const outcome = await operate("up", stack, options, {
      run: { guard: { plans: folder, check: (shard) => session.shardDiffers(shard) } },
    });
    if (!outcome.succeeded) process.exitCode = isRefused(outcome) ? planRefusedExitCode : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns Undefined if it was refused because its preview failed, which is shown. */
async function checkPlan(
  stack: string,
  file: string,
  options: StackCommandOptions,
  plans: string,
): Promise<PlanSession | undefined> {
  const session = await openPlan(stack, file);
  const preview = await operate("preview", stack, options, { run: { plans }, quiet: true });
  if (preview.succeeded) {
    session.checkLive(preview);
    return session;
  }
  const { exitCode, message } = new PlanRefusedError(
    ["a preview failed, for the reason above"],
    "Resolve this, and apply the same plan again.",
  );
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
  return undefined;
}

export async function writePlanOf(
  stack: string,
  preview: RunOutcome,
  file: string,
  only: readonly string[] | undefined,
): Promise<void> {
  const plan = await planOf(stack, preview, only);
  writePlan(file, plan);
  process.stderr.write(`The plan is in ${file}.\n`);
  if (plan.signature.key === "none")
    process.stderr.write(
      "It is not signed with a key: set BITBUCKET_PLAN_KEY, here and where it is applied, to protect it against changes.\n",
    );
}
