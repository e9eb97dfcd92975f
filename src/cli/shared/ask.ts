/** Asking before something is changed. */
import { createInterface } from "node:readline/promises";
import { UsageError } from "./project";

/**
 * Whether the user says yes. Without a terminal nobody can be asked.
 *
 * @throws {UsageError} where nobody can be asked.
 */
export async function confirm(question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY)
    throw new UsageError("Nobody is there to be asked. Give --yes, or --dry-run to look first.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} (yes/no) `)).trim() === "yes";
  } finally {
    terminal.close();
  }
}
