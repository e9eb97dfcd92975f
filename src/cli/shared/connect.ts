/** The client and the live reader of a command that works without the engine. */

import type { Client } from "../../bitbucket";
import { environment, logLevel, readOnlyEnvironment, variable } from "../../environment";
import { LiveReader } from "../../live";
import { type ConfigLookup, createClientFrom, formatSummary } from "../../provider/session";

export interface Connection {
  readonly client: Client;
  readonly reader: LiveReader;
}

interface ConnectOptions {
  /** The stack's configuration, for what the environment does not say. */
  readonly config?: ConfigLookup;
  /** Whether the command may write. Without it everything but GET is refused before it is sent. */
  readonly write?: boolean;
  /** Says at the end how many requests there were. They are said of every command with `BITBUCKET_LOG=requests`. */
  readonly summary?: boolean;
  /** Says nothing of the credential and the requests: programs that the command runs say it. */
  readonly quiet?: boolean;
}

/** Opens a connection for the time that `work` takes. What there is to say of it goes to standard error. */
export async function withClient<Result>(
  options: ConnectOptions,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const env = options.write ? environment() : readOnlyEnvironment();
  const say = (line: string) => {
    if (!options.quiet) process.stderr.write(`${line}\n`);
  };
  const client = createClientFrom(env, options.config ?? (() => undefined), say);
  const missingIsDeleted = variable("BITBUCKET_MISSING_IS_DELETED", environment());
  const logged = logLevel() === "requests";
  try {
    const result = await work({ client, reader: new LiveReader(client, { missingIsDeleted }) });
    if (options.summary && !logged) say(formatSummary(client.budget));
    return result;
  } finally {
    if (logged) say(formatSummary(client.budget));
    await client.close();
  }
}
