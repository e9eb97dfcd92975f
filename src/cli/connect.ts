/** The client and the live reader of a command that works without the engine. */
import type { Client } from "../bitbucket";
import { LiveReader } from "../live";
import { type ConfigLookup, clientFrom } from "../provider/session";

export interface Connection {
  readonly client: Client;
  readonly reader: LiveReader;
}

/**
 * Opens a connection for the time that `work` takes.
 *
 * @param options.config The stack's configuration, for what the environment does not say.
 * @param options.write Whether the command may write. Without it everything but GET is refused before it is sent.
 */
export async function connected<Result>(
  options: { readonly config?: ConfigLookup; readonly write?: boolean },
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const env = options.write ? process.env : { ...process.env, BITBUCKET_READ_ONLY: "1" };
  const client = clientFrom(env, options.config ?? (() => undefined));
  const missingIsDeleted = ["1", "true"].includes(process.env.BITBUCKET_MISSING_IS_DELETED ?? "");
  try {
    return await work({ client, reader: new LiveReader(client, { missingIsDeleted }) });
  } finally {
    await client.close();
  }
}
