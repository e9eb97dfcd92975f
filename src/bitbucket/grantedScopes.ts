/** The scopes that a credential has, as the service tells them with every answer. */
import type { ReadClient } from "./client";
import { identifyCredential } from "./identity";
import { expandScopes } from "./scopeNames";

/**
 * The granted scopes with those that they include, from one request; undefined where the service does not say. An
 * access token gets a 403 for it, with the same header.
 */
export async function fetchGrantedScopes(client: ReadClient): Promise<readonly string[] | undefined> {
  const { scopes } = await identifyCredential(client);
  return scopes && expandScopes(scopes);
}
