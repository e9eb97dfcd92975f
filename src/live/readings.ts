/** The journals of long readings, which an interrupted preview, check for drift or import resumes from. */
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * The file of a reading.
 *
 * @param ledger The folder of its credential's ledger: readings are beside these.
 * @param name What tells it from other readings of the credential.
 */
export function readingFile(ledger: string, name: string): string {
  return join(folderOf(ledger), `${basename(ledger)}-${name}.jsonl`);
}

/**
 * Forgets what interrupted readings have read, whichever credential they had: something changes. Removing one that is going
 * on only makes it read more.
 */
export function forgetReadings(ledger: string): void {
  try {
    const folder = folderOf(ledger);
    // The folder stays: another command may be about to write into it.
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
  } catch {
    // Where nothing can be removed, nothing could be kept, or it expires.
  }
}

function folderOf(ledger: string): string {
  return join(dirname(dirname(ledger)), "readings");
}
