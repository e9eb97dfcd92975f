/**
 * The settings of the stack's configuration as it is now. A refresh or a deletion that does not run the program gets those
 * of the last apply, from the state: a token that was replaced since then is no longer accepted.
 * https://github.com/pulumi/pulumi/issues/4981
 */
import { type Credentials, checkBaseUrl } from "../bitbucket";
import { findCredentials } from "../credentials";
import { UserError } from "../errors";
import { type ConfigLookup, toCredentialSources } from "./configLookup";

/** What a client is opened from. */
export interface ClientSettings {
  readonly env: NodeJS.ProcessEnv;
  readonly config: ConfigLookup;
}

/**
 * Returns the credential of these settings, or undefined if they have none.
 *
 * @param baseUrl The server that refused another one: a credential for another server is not returned.
 */
export function findCredentialFor(baseUrl: string, { env, config }: ClientSettings): Credentials | undefined {
  try {
    const { credentials, api } = findCredentials(toCredentialSources(env, config));
    return checkBaseUrl(api.text, api.from) === baseUrl ? credentials : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
