/** Exports the state of the stack on which an operation runs: `pulumi stack export` works meanwhile. */
import { environment } from "../environment";
import { maskedSecret, tryRead } from "../errors";
import { failureText, type ProgramResult } from "../process/run";
import { runPulumi } from "./command";
import { listEnginesToAsk, type RunningEngine } from "./engine";
import { type ExportedState, findFileBackend, readFileState } from "./fileBackend";

/** Characters of an engine's message, at most. */
const maxWords = 300;

export type ExportResult =
  /** The engine's output, parsed as JSON. */
  | { readonly state: unknown }
  /** The reason for a missing state, in the engine's words. */
  | { readonly reason: string };

export interface ExportOptions {
  /** The stack's name. Default: that of the running operation, or else the selected one. */
  readonly stack?: string | undefined;
  readonly engine?: RunningEngine | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** Reads the state from its file, or through the engine's own command line, which knows every backend. */
export async function exportState({
  stack,
  engine,
  env = environment(),
}: ExportOptions): Promise<ExportResult> {
  const name = stack ?? engine?.operation?.stack;
  const read = name === undefined ? undefined : await readFile(name, engine, env);
  if (read) return { state: read };
  const args = ["stack", "export", ...(name === undefined ? [] : ["--stack", name])];
  const whole = { ...(engine?.env ?? env), PULUMI_SKIP_UPDATE_CHECK: "true" };
  let reason: string | undefined;
  for (const find of await listEnginesToAsk(engine, env)) {
    const file = await find();
    if (file === undefined) continue;
    const result = await runPulumi(args, { file, cwd: engine?.folder, env: whole });
    if (isMissing(result)) continue;
    const state = result.exitCode === 0 ? tryRead<unknown>(() => JSON.parse(result.stdout)) : undefined;
    if (state !== undefined) return { state };
    reason ??= result.exitCode === 0 ? "the engine printed no JSON" : formatFailure(result, whole);
    // A reply of a better engine is more reliable than one of an engine that did not start this run.
    break;
  }
  return { reason: reason ?? "there is no pulumi on PATH, and the engine that runs this was not found" };
}

async function readFile(
  stack: string,
  engine: RunningEngine | undefined,
  env: NodeJS.ProcessEnv,
): Promise<ExportedState | undefined> {
  const backend = findFileBackend(engine?.folder ?? process.cwd(), engine?.env ?? env);
  return backend && readFileState(backend, stack);
}

function isMissing({ failure }: ProgramResult): boolean {
  return failure?.reason === "not found" || failure?.reason === "not executable";
}

/** Undefined if it is no JSON. */
function formatFailure(result: ProgramResult, env: NodeJS.ProcessEnv): string {
  const lines = failureText(result)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^warning:/i.test(line));
  return redactState(lines.join(" ").replace(/^error: /, ""), env).slice(0, maxWords);
}

/** Redacts the environment's secrets, and the credentials in URLs. */
export function redactState(text: string, env: NodeJS.ProcessEnv): string {
  const secrets = Object.entries(env)
    .filter(([name, value]) => /TOKEN|SECRET|PASS|KEY|CREDENTIAL/i.test(name) && (value?.length ?? 0) >= 6)
    .map(([, value]) => value ?? "")
    .sort((a, b) => b.length - a.length);
  return secrets
    .reduce((rest, secret) => rest.replaceAll(secret, maskedSecret), text)
    .replace(/\/\/[^/\s@]+@/g, "//");
}
