/** Prints the outcome of an operation. */

import type { Client } from "../../bitbucket";
import { describeAccount } from "../../credentials";
import { formatCount } from "../../errors/count";
import type { RunOutcome } from "../../run";
import { printOutput } from "../shared/output/print";
import { countsOf, formatOutcome } from "./outcome";

export interface ShowOptions {
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** What else is shown of an operation. */
interface RunReport {
  /** A line about the number of requests. */
  readonly requests?: string | undefined;
  /** The client, whose credential `--json` names. */
  readonly client: Client;
}

export function showOutcome(
  outcome: RunOutcome,
  { requests, client }: RunReport,
  options: ShowOptions,
): void {
  if (options.json) {
    const { run: _, moves, shards, ...rest } = outcome;
    const moved = moves.map(({ root, from, to }) => ({ name: root, from, to }));
    const parts = shards.map(({ live: __, ...shard }) => shard);
    printOutput("operation", {
      ...rest,
      credential: describeAccount(client),
      shards: parts,
      counts: countsOf(shards),
      moves: moved,
    });
    return;
  }
  process.stdout.write(`${formatOutcome(outcome, options.verbose === true)}\n`);
  if (outcome.notLookedAt !== undefined)
    process.stdout.write(
      `Not looked at: ${formatCount(outcome.notLookedAt, "resource")} that the YAML does not change, and what is not managed. ` +
        "What somebody changed there on the server shows in a preview without --changed.\n",
    );
  if (outcome.oldestReadSeconds !== undefined)
    process.stdout.write(
      `Part of this was read by an interrupted preview, up to ${Math.ceil(outcome.oldestReadSeconds / 60)} min ago.\n`,
    );
  if (requests !== undefined) process.stdout.write(`${requests}\n`);
}

export function countChanges({ shards }: RunOutcome): number {
  return shards.reduce((sum, shard) => sum + shard.changes.length, 0);
}
