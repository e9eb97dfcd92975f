/** The scopes that a credential has, as the service tells them with every answer. */
import type { ReadClient } from "./client";
import { PermissionError } from "./errors";

/**
 * The granted scopes, from one request; undefined where the service does not say. An access token gets a 403 for it,
 * with the same header.
 */
export async function grantedScopes(client: ReadClient): Promise<readonly string[] | undefined> {
  try {
    const header = (await client.fetch("/user")).headers["x-oauth-scopes"];
    return header === undefined ? undefined : header.split(/,\s*/).filter(Boolean);
  } catch (error) {
    if (error instanceof PermissionError) return error.granted.length > 0 ? error.granted : undefined;
    throw error;
  }
}
