/** As whom a command works. */
import type { Client } from "../../bitbucket";
import { escapeUnprintable } from "../../bitbucket/printable";
import { describeAccount, formatAccount } from "../../credentials";

/** A command that previews and applies says it once, and so does one that repeats itself. */
const told = new Set<string>();

/** Says on standard error as whom a command works, before it does. With `--json` the output has it. */
export function tellAccount(
  client: Client,
  workspace: string,
  { json }: { readonly json?: boolean | undefined } = {},
): void {
  const line = formatAccount(describeAccount(client), workspace);
  if (json || told.has(line)) return;
  told.add(line);
  process.stderr.write(`${escapeUnprintable(line)}\n`);
}
