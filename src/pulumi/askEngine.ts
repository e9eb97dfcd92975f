/** Asks the engine's own command line about the stack on which an operation runs. */
import { failureText, type ProgramResult } from "../process/run";
import { runPulumi } from "./command";
import { listEnginesToAsk, type RunningEngine } from "./engine";
import { redactState } from "./redactState";

/** Characters of an engine's message, at most. */
const maxWords = 300;

export interface AskOptions {
  /** The engine that runs the operation: it is asked first. */
  readonly engine: RunningEngine | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Returns what a command prints, or the reason for a missing answer, in the engine's words. */
export async function askEngine(
  args: readonly string[],
  { engine, env }: AskOptions,
): Promise<{ readonly printed: string } | { readonly reason: string }> {
  const whole = { ...(engine?.env ?? env), PULUMI_SKIP_UPDATE_CHECK: "true" };
  for (const find of await listEnginesToAsk(engine, env)) {
    const file = await find();
    if (file === undefined) continue;
    const result = await runPulumi(args, { file, cwd: engine?.folder, env: whole });
    // A reply of a better engine is more reliable than one of an engine that did not start this run.
    if (!isMissing(result))
      return result.exitCode === 0 ? { printed: result.stdout } : { reason: formatFailure(result, whole) };
  }
  return { reason: "there is no pulumi on PATH, and the engine that runs this was not found" };
}

function isMissing({ failure }: ProgramResult): boolean {
  return failure?.reason === "not found" || failure?.reason === "not executable";
}

function formatFailure(result: ProgramResult, env: NodeJS.ProcessEnv): string {
  const lines = failureText(result)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^warning:/i.test(line));
  return redactState(lines.join(" ").replace(/^error: /, ""), env).slice(0, maxWords);
}
