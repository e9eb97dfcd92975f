/** Finds the engine that runs this process: its program or its provider. */
import { basename } from "node:path";
import {
  environmentOf,
  listDescendants,
  openProcesses,
  type ProcessLookup,
  type RunningProcess,
} from "../process/look";
import { listAncestors } from "../process/proc";
import { findEngine } from "./binary";
import { parseOperation, type RunningOperation } from "./operation";

export interface RunningEngine {
  /** The engine's file. */
  readonly file: string;
  /** The folder that it was started in. */
  readonly folder?: string | undefined;
  /** Its environment, if this process has a different one. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly operation?: RunningOperation | undefined;
}

/**
 * Returns the engine that runs this process, or undefined if it cannot be determined.
 *
 * @param look Lists processes; for tests.
 * @param pid The process whose engine to find.
 * @param stack The stack's name: a program in the Automation API may have started several engines.
 */
export async function findRunningEngine(
  look?: ProcessLookup,
  pid = process.pid,
  stack?: string,
): Promise<RunningEngine | undefined> {
  const engine = listAncestors(look ?? (await openProcesses()), pid).find(isEngine);
  if (engine) return toRunningEngine(engine);
  // A program in Pulumi's Automation API is the engine's parent, not its child.
  const ofStack = ({ command }: RunningProcess) =>
    stack === undefined || parseOperation(command)?.stack?.split("/").at(-1) === stack;
  const started = look ? undefined : listDescendants(pid).find((one) => isEngine(one) && ofStack(one));
  return started && { ...toRunningEngine(started), env: environmentOf(started.pid) };
}

function toRunningEngine({ file, command, folder }: RunningProcess): RunningEngine {
  return {
    // An engine that was updated meanwhile has lost its file.
    file: file === undefined || file.endsWith(" (deleted)") ? (command[0] ?? "pulumi") : file,
    folder,
    operation: parseOperation(command),
  };
}

/** Some Pulumi packages put a script of its name in front of it. */
const itsNames = /^\.?pulumi(-wrapped|-bin)?(\.exe)?$/i;

function isEngine({ command, file }: RunningProcess): boolean {
  const own = file !== undefined && itsNames.test(basename(file).replace(/ \(deleted\)$/, ""));
  const called = itsNames.test(basename((command[0] ?? "").replaceAll("\\", "/")));
  return (own || called) && parseOperation(command) !== undefined;
}

/**
 * The files of engines to try, the best first: the one that runs this process, the one on PATH, the one that
 * was set up.
 */
export async function listEnginesToAsk(
  running: RunningEngine | undefined,
  env: NodeJS.ProcessEnv,
): Promise<readonly (() => Promise<string | undefined>)[]> {
  return [async () => running?.file, async () => "pulumi", async () => (await findEngine({ env }))?.pulumi];
}
