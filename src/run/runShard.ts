/** Runs one operation on one shard, held to a plan if there is one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readNotes } from "../pulumi/notes";
import { type OperateOptions, runOperation, type ShardOutcome, type StackOperation } from "../pulumi/operate";
import type { RunOptions } from "./options";
import { addUntouched, interpret, type UntouchedPart } from "./outcome";

/** How the engine runs on a shard. */
interface EngineRun extends OperateOptions {
  /** The part that it leaves out, after a look. */
  readonly untouched?: UntouchedPart | undefined;
}

/**
 * @param moved Whether state has moved since the plan was created.
 * @returns The outcome, also of an operation that failed or was refused.
 */
export async function runShard(
  name: string,
  { operation, engine, plans, guard }: RunOptions,
  moved: boolean,
  settings: EngineRun,
): Promise<ShardOutcome> {
  await engine();
  if (operation === "preview" && plans !== undefined)
    return runOne(name, operation, { ...settings, plan: join(plans, `${name}.json`) });
  if (operation !== "up" || guard === undefined) return runOne(name, operation, settings);
  const plan = join(guard.plans, `${name}.json`);
  if (moved || !existsSync(plan)) {
    const preview = await runOne(name, "preview", {
      ...settings,
      plan,
      onDone: undefined,
      onRead: undefined,
    });
    const problem = preview.succeeded ? guard.check(preview) : undefined;
    // What a preview would change was not changed.
    const refused = { ...preview, succeeded: false, changes: [], isRefused: true };
    if (!preview.succeeded) return refused;
    if (problem !== undefined)
      return { ...refused, messages: [...preview.messages, { severity: "error", text: problem }] };
  }
  return runOne(name, operation, { ...settings, plan });
}

async function runOne(
  name: string,
  operation: StackOperation,
  { untouched, ...settings }: EngineRun,
): Promise<ShardOutcome> {
  const { BITBUCKET_RUN: folder } = settings.env;
  const ran = await runOperation(name, operation, settings);
  const outcome = untouched ? addUntouched(ran, untouched) : ran;
  return interpret(outcome, operation, folder === undefined ? [] : readNotes(folder));
}
