/** The client and the live reader that all resources of one run share: they are in one provider process. */
import { type Client, createClient, resolveCredentials } from "../bitbucket";
import { LiveReader } from "../live";
import { Lifecycle } from "./lifecycle";

/** A value of the stack's configuration, by its whole key: `bitbucket:token`. */
export type ConfigLookup = (key: string) => string | undefined;

/** What the environment and the stack's configuration say of the API and the credential. */
export function clientFrom(env: NodeJS.ProcessEnv, config: ConfigLookup): Client {
  const baseUrl = env.BITBUCKET_API_URL ?? config("bitbucket:apiUrl");
  const concurrency = Number(env.BITBUCKET_CONCURRENCY ?? config("bitbucket:concurrency") ?? Number.NaN);
  return createClient({
    credentials: resolveCredentials({ env, config: (key) => config(`bitbucket:${key}`) }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(Number.isInteger(concurrency) && concurrency > 0 ? { concurrency } : {}),
    readOnly: isSet(env.BITBUCKET_READ_ONLY),
  });
}

let config: ConfigLookup = () => undefined;
let lifecycle: Lifecycle | undefined;

/** Takes the configuration. The host does not wait for more than that, so nothing is done with it yet. */
export function configure(lookup: ConfigLookup): void {
  config = lookup;
}

/** The driver, made when the first resource needs it. */
export function session(): Lifecycle {
  if (!lifecycle) {
    const client = clientFrom(process.env, config);
    lifecycle = new Lifecycle(
      client,
      new LiveReader(client, { missingIsDeleted: isSet(process.env.BITBUCKET_MISSING_IS_DELETED) }),
      (line) => console.log(line),
    );
  }
  return lifecycle;
}

function isSet(value: string | undefined): boolean {
  return value === "1" || value === "true";
}
