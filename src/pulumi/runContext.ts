/**
 * What one run of several processes hands to each of them: a file in the run's folder, which the variable
 * `BITBUCKET_RUN` names. It holds no secret.
 */
import { existsSync, lstatSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors";

const fileName = "run.json";

const contextSchema = z.object({
  /** What the processes of the run have in common in the ledger of requests. */
  id: z.string(),
  /** Whether the folder holds the states of the shards as they are now, by `keptStateIn`. */
  keepsStates: z.boolean(),
  /** Whether the run has said how many requests it takes: no shard has to say it for itself. */
  isEstimated: z.boolean(),
  /** In which shard a preview leaves repositories and projects whose state has not moved yet, by their keys. */
  places: z.record(z.string(), z.string()),
});

export interface RunContext extends Readonly<z.output<typeof contextSchema>> {
  /** Where the processes of the run meet. Undefined where the run has none, or is over. */
  readonly folder?: string | undefined;
}

/** What must not be believed: with it, another user could say what the state holds. */
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
 * @param folder Of this user alone.
 * @returns The variable for the processes of the run.
 */
export function writeRunContext(
  folder: string,
  context: z.input<typeof contextSchema>,
): { readonly BITBUCKET_RUN: string } {
  const file = join(folder, fileName);
  writeFileSync(`${file}.partial`, JSON.stringify(context), { mode: 0o600 });
  renameSync(`${file}.partial`, file);
  return { BITBUCKET_RUN: folder };
}

/**
 * The run that this process belongs to; undefined where it was started by hand.
 *
 * @throws {RunContextError} where the folder or the file is not this user's own, or cannot be read.
 */
export function runContext(env: Readonly<Record<string, string | undefined>>): RunContext | undefined {
  const folder = env.BITBUCKET_RUN;
  if (!folder) return undefined;
  // Commands of earlier versions give an id there. A folder that is gone was that of a run which is over.
  const file = join(folder, fileName);
  if (!isAbsolute(folder) || !existsSync(file))
    return { id: folder, keepsStates: false, isEstimated: false, places: {} };
  for (const path of [folder, file]) checkOwner(path);
  try {
    return { ...contextSchema.parse(JSON.parse(readFileSync(file, "utf8"))), folder };
  } catch {
    throw new RunContextError(file, "cannot be read, or is of another version of this package");
  }
}

function checkOwner(path: string): void {
  const { uid, mode } = lstatSync(path);
  const own = process.getuid?.();
  // Windows has neither.
  if (own === undefined) return;
  if (uid !== own) throw new RunContextError(path, "belongs to another user");
  if ((mode & 0o022) !== 0) throw new RunContextError(path, "can be written by other users");
}
