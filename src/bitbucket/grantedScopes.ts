/** The scopes of a credential, which the service names in every response. */
import type { ReadClient } from "./client";
import { identifyCredential } from "./identity";
import { expandScopes } from "./scopeNames";

/**
 * Returns the granted scopes with those that they imply, from one request; undefined if the service does not
 * name them. An access token gets a 403 for it, with the same header.
 */
export async function fetchGrantedScopes(client: ReadClient): Promise<readonly string[] | undefined> {
  const { scopes } = await identifyCredential(client);
  return scopes && expandScopes(scopes);
}
