/** Exports the state of the stack on which an operation runs: `pulumi stack export` works meanwhile. */
import { environment } from "../environment";
import { tryRead } from "../errors";
import { askEngine } from "./askEngine";
import type { RunningEngine } from "./engine";
import { type ExportedState, findFileBackend, readFileState } from "./fileBackend";

export type ExportResult =
  /** The engine's output, parsed as JSON. */
  | { readonly state: unknown }
  /** The reason for a missing state, in the engine's words. */
  | { readonly reason: string };

export interface ExportOptions {
  /** The stack's name. Default: that of the running operation, or else the selected one. */
  readonly stack?: string | undefined;
  /** The stack's name in URNs, without its organization: enough where the state is a file of this machine. */
  readonly bareStack?: string | undefined;
  readonly engine?: RunningEngine | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** Reads the state from its file, or through the engine's own command line, which knows every backend. */
export async function exportState({
  stack,
  bareStack,
  engine,
  env = environment(),
}: ExportOptions): Promise<ExportResult> {
  const name = stack ?? engine?.operation?.stack;
  const inFile = name ?? bareStack;
  const read = inFile === undefined ? undefined : await readFile(inFile, engine, env);
  if (read) return { state: read };
  const args = ["stack", "export", ...(name === undefined ? [] : ["--stack", name])];
  const answer = await askEngine(args, { engine, env });
  if ("reason" in answer) return answer;
  const state = tryRead<unknown>(() => JSON.parse(answer.printed));
  return state === undefined ? { reason: "the engine printed no JSON" } : { state };
}

async function readFile(
  stack: string,
  engine: RunningEngine | undefined,
  env: NodeJS.ProcessEnv,
): Promise<ExportedState | undefined> {
  const backend = findFileBackend(engine?.folder ?? process.cwd(), engine?.env ?? env);
  return backend && readFileState(backend, stack);
}
