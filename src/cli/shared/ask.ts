/** Prompts on the terminal. Questions are written to standard error. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { UsageError } from "./project";

/**
 * Returns whether the user confirms a change. After a no, the command exits with 1.
 *
 * @param yes Whether `--yes` was given: there is no prompt then.
 * @param instead What else a script can pass instead of `--yes`; empty: nothing.
 * @throws {UsageError} if standard input is not a terminal.
 */
export async function confirm(
  question: string,
  yes: boolean | undefined,
  instead?: string,
): Promise<boolean> {
  checkAnswerable(yes, instead);
  if (yes || (await ask(`${question} (yes/no) `, process.stderr)) === "yes") return true;
  process.stderr.write("Nothing was changed.\n");
  process.exitCode = 1;
  return false;
}

/** @throws {UsageError} if a later prompt could not be answered. */
export function checkAnswerable(yes: boolean | undefined, instead = "--dry-run"): void {
  if (!yes && !process.stdin.isTTY)
    throw new UsageError(`stdin is not a terminal: pass --yes${instead && `, or ${instead}`}.`);
}

/** Reads a secret: typed without echo, or piped. */
export async function askForSecret(what: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, "");
  process.stderr.write(`${what} (hidden): `);
  const typed = await ask("", new Writable({ write: (_chunk, _encoding, done) => done() }), {
    terminal: true,
  });
  process.stderr.write("\n");
  return typed;
}

/** The trimmed answer; empty if the input ends. */
async function ask(
  question: string,
  output: NodeJS.WritableStream,
  options: { readonly terminal?: boolean } = {},
): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output, ...options });
  const ended = new Promise<string>((done) => terminal.once("close", () => done("")));
  try {
    return (await Promise.race([terminal.question(question), ended])).trim();
  } finally {
    terminal.close();
  }
}
