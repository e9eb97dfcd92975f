/** The client and the live reader of a command that works without the engine. */

import type { Client } from "../../bitbucket";
import { environment, logLevel, readOnlyEnvironment, variable } from "../../environment";
import { type LiveOptions, LiveReader } from "../../live";
import { createClientFrom, formatSummary } from "../../provider/clientFrom";
import type { ConfigLookup } from "../../provider/configLookup";

export interface Connection {
  readonly client: Client;
  readonly reader: LiveReader;
  /** What was said of the credential, also where it is not printed. */
  readonly notes: readonly string[];
}

interface ConnectOptions {
  /** The stack's configuration, for settings that the environment does not have. */
  readonly config?: ConfigLookup;
  /** Whether the command may write. Otherwise, everything but GET is refused before it is sent. */
  readonly write?: boolean;
  /** Prints the number of requests at the end. `BITBUCKET_LOG=requests` prints it for every command. */
  readonly summary?: boolean;
  /** Prints nothing about the credential and no summary: the programs that the command runs do. */
  readonly quiet?: boolean;
  /** Whether few objects are read: see `LiveOptions`. */
  readonly readsFew?: boolean;
  /** The id under which the requests are counted, where other processes make some as well. */
  readonly run?: string;
}

/** A reader of a command that works without the engine. */
export function openReader(
  client: Client,
  options: Pick<LiveOptions, "readsFew" | "earlier"> = {},
): LiveReader {
  const missingIsDeleted = variable("BITBUCKET_MISSING_IS_DELETED", environment());
  return new LiveReader(client, { missingIsDeleted, ...options });
}

/** Opens a connection while `work` runs. Messages about it are written to standard error. */
export async function withClient<Result>(
  options: ConnectOptions,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const env = options.write ? environment() : readOnlyEnvironment();
  const own = options.run === undefined ? env : { ...env, BITBUCKET_RUN: options.run };
  const notes: string[] = [];
  let isOpen = false;
  const say = (line: string) => {
    if (options.quiet && !isOpen) notes.push(line);
    else process.stderr.write(`${line}\n`);
  };
  const client = createClientFrom(own, options.config ?? (() => undefined), say);
  isOpen = true;
  const logged = logLevel() === "requests";
  try {
    const result = await work({
      client,
      reader: openReader(client, { readsFew: options.readsFew }),
      notes,
    });
    if (options.summary && !logged) say(formatSummary(client.budget));
    return result;
  } finally {
    if (logged && !options.quiet) say(formatSummary(client.budget));
    await client.close();
  }
}
