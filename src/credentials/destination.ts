/**
 * Where a credential may go. An address that somebody else can choose, in a committed `Pulumi.<stack>.yaml` say, must
 * not draw a credential from the user's own environment or stores to another server.
 */
import { CredentialsError, defaultBaseUrl } from "../bitbucket";
import type { CredentialLookup } from "./resolve";
import type { SourceName } from "./source";

/** A credential must not go to the API's address. No request was made. */
export class DestinationError extends CredentialsError {}

/** Who says where the API is. */
export type AddressOrigin = "default" | "environment" | "configuration" | "profile";

/**
 * Refuses to send a credential to an address that does not belong to it.
 *
 * - Bitbucket's own address and `BITBUCKET_API_URL` count for every credential.
 * - `bitbucket:apiUrl` counts for a credential of the stack's configuration, and for that of a profile with the same address.
 * - `apiUrl` of a profile counts for that profile's credential. Of a profile that was chosen for this run, it counts for
 *   every credential; of the user's default profile, for those of the user's stores as well.
 *
 * @throws {DestinationError} that names who gave the address, where the credential comes from, and what to do.
 */
export function checkDestination(found: CredentialLookup): void {
  const { api, profile } = found;
  const secret = found.pieces.token ?? found.pieces.oauthClientSecret;
  if (!secret || originOf(api.text) === originOf(defaultBaseUrl)) return;
  const { source, from } = secret;
  const isOfProfile = source.name === "profile" || source.name === "default profile";
  if (api.origin === "configuration") {
    if (source.name === "configuration") return;
    if (isOfProfile && profile?.apiUrl && plain(profile.apiUrl) === plain(api.text)) return;
    throw new DestinationError(
      formatRefusal(
        `bitbucket:apiUrl in the stack's configuration (Pulumi.<stack>.yaml)`,
        api.text,
        from,
        isOfProfile
          ? `write "apiUrl: ${api.text}" into the profile ${profile?.name}, or set BITBUCKET_API_URL=${api.text}`
          : `set BITBUCKET_API_URL=${api.text}`,
      ),
    );
  }
  if (api.origin !== "profile" || isOfProfile || profile?.selected) return;
  if (profile?.isDefault && stores.includes(source.name)) return;
  throw new DestinationError(
    formatRefusal(
      `${api.from} (${profile?.chosenBy})`,
      api.text,
      from,
      `choose it with --profile ${profile?.name}, or set BITBUCKET_API_URL=${api.text}`,
    ),
  );
}

/** Settings that the user keeps outside of the environment. */
const stores: readonly SourceName[] = ["pass", "git", "keychain"];

function formatRefusal(who: string, address: string, from: string, way: string): string {
  return (
    `The credential is not sent to ${address}. The address comes from ${who}, and the credential from ${from}: an ` +
    `address counts for a credential of the same place alone. No request was made. If that address is right, ${way}. ` +
    "If not, remove the address."
  );
}

function originOf(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : text;
}

function plain(text: string): string {
  return (URL.canParse(text) ? new URL(text).href : text).replace(/\/+$/, "");
}
