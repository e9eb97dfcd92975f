/** The stack's state while a program runs, read through the engine's command line. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { environment } from "../environment";
import { UserError } from "../errors";
import { toStackName } from "../model/stackName";
import { findRunningEngine } from "./engine";
import { type ExportOptions, exportState } from "./export";
import { RunContextError, runContext } from "./runContext";
import { keptStateIn } from "./shardStacks";
import { type PendingOperation, readInterrupted, readStateEntries, type StateEntry } from "./state";

/** The state; or in a line why it could not be read. */
export type StateReading =
  | {
      readonly resources: readonly StateEntry[];
      /** Those of an earlier run whose outcome is not known. */
      readonly interrupted?: readonly PendingOperation[];
    }
  | { readonly reason: string };

/** The state is not known, and so neither is what an apply would delete. */
export class UnreadableStateError extends UserError {
  constructor(reason: string, stack: string) {
    super(formatUnreadableState(reason, stack, "Nothing was changed."));
  }
}

/** @param outcome What follows from it: a sentence. */
export function formatUnreadableState(reason: string, stack: string, outcome: string): string {
  return (
    `The state of the stack ${stack} could not be read: ${reason}. Without it, it is unknown what would be deleted, and ` +
    `limits, protection and scopes cannot be checked. ${outcome} "pulumi stack export --stack ${stack}" must work in ` +
    "this folder and with this environment: fix what it reports, and run this again."
  );
}

/**
 * Reads the state of the stack whose program this is. A stack that was never applied is empty.
 *
 * @param read A folder with states that the run has read already, by the names of their stacks.
 */
export async function readState(stack: string, read?: string): Promise<StateReading> {
  try {
    const folder = read ?? keptStates();
    const known = folder === undefined ? "" : keptStateIn(folder, toStackName(stack));
    if (known !== "" && existsSync(known)) return toReading(JSON.parse(await readFile(known, "utf8")));
    return await readExport({ stack, engine: await findRunningEngine(undefined, process.pid, stack) });
  } catch (error) {
    return toReason(error);
  }
}

/** Reads the state of a stack, of which the run has kept none. */
export async function readExport(options: ExportOptions): Promise<StateReading> {
  try {
    const exported = await exportState(options);
    return "reason" in exported ? exported : toReading(exported.state);
  } catch (error) {
    return toReason(error);
  }
}

/** Messages of a schema don't help users. */
function toReason(error: unknown): { readonly reason: string } {
  if (error instanceof RunContextError) return { reason: error.message };
  return { reason: error instanceof SyntaxError ? "it is not JSON" : "it is not a valid export" };
}

function toReading(state: unknown): StateReading {
  return { resources: readStateEntries(state), interrupted: readInterrupted(state) };
}

function keptStates(): string | undefined {
  const run = runContext(environment());
  return run?.keepsStates ? run.folder : undefined;
}
