/**
 * The context that the processes of one run share: a file in the run's folder, which the variable
 * `BITBUCKET_RUN` names. It holds no secrets.
 */
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import type { Env } from "../environment";
import { UserError } from "../errors";
import { findForeignAccess } from "../process/foreignAccess";
import { replaceFile } from "../process/replaceFile";

const fileName = "run.json";

const contextSchema = z.object({
  /** The id that the processes of the run share in the ledger of requests. */
  id: z.string(),
  /** Whether the folder holds the current states of the shards, by `keptStateIn`. */
  keepsStates: z.boolean(),
  /** Whether the run has already printed its estimate of requests, so that no shard needs to. */
  isEstimated: z.boolean(),
  /** Whether the run is of all shards of the stack: it has moved the states of what moved between them. */
  isWhole: z.boolean(),
  /** The shard in which a preview leaves each repository or project whose state has not moved yet, by key. */
  places: z.record(z.string(), z.string()),
});

interface RunContext extends Readonly<z.output<typeof contextSchema>> {
  /** The folder that the run's processes share. Undefined if there is none, or the run is over. */
  readonly folder?: string | undefined;
}

/** A context that cannot be trusted: with it, another user could forge the state. */
export class RunContextError extends UserError {
  constructor(path: string, reason: string) {
    super(
      `${path}, which BITBUCKET_RUN names, ${reason}. Nothing was changed. ` +
        "Unset BITBUCKET_RUN: commands set it for the processes that they start.",
    );
  }
}

/**
 * Writes the file.
 *
 * @param folder Owned by this user alone.
 * @returns The variable for the processes of the run.
 */
export function writeRunContext(
  folder: string,
  context: z.input<typeof contextSchema>,
): { readonly BITBUCKET_RUN: string } {
  replaceFile(join(folder, fileName), JSON.stringify(context));
  return { BITBUCKET_RUN: folder };
}

/**
 * Returns the run that this process belongs to; undefined if it was started by hand.
 *
 * @throws {RunContextError} if the folder or the file belongs to another user, or cannot be read.
 */
export function runContext(env: Env): RunContext | undefined {
  const folder = env.BITBUCKET_RUN;
  if (!folder) return undefined;
  // Earlier versions of the command pass an id there. A missing folder belongs to a run that is over.
  const file = join(folder, fileName);
  if (!isAbsolute(folder) || !existsSync(file))
    return { id: folder, keepsStates: false, isEstimated: false, isWhole: false, places: {} };
  for (const path of [folder, file]) {
    const foreign = findForeignAccess(path);
    if (foreign !== undefined) throw new RunContextError(path, foreign);
  }
  try {
    return { ...contextSchema.parse(JSON.parse(readFileSync(file, "utf8"))), folder };
  } catch {
    throw new RunContextError(file, "cannot be read, or is of another version of this package");
  }
}
