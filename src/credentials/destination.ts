/**
 * Checks the destination of a credential. An address that somebody else can choose, for example in a
 * committed `Pulumi.<stack>.yaml`, must not send a credential from the user's own environment or stores to
 * another server.
 */
import { CredentialsError, defaultBaseUrl } from "../bitbucket";
import type { CredentialLookup } from "./resolve";
import type { SourceName } from "./source";

/** A credential must not be sent to the API's address. No request was sent. */
export class DestinationError extends CredentialsError {}

/** The source of the API's address. */
export type AddressOrigin = "default" | "environment" | "configuration" | "profile";

/**
 * Refuses to send a credential to an address that does not belong to it.
 *
 * - Bitbucket's own address and `BITBUCKET_API_URL` are allowed for every credential.
 * - `bitbucket:apiUrl` is allowed for a credential of the stack's configuration, and for that of a profile
 * with the same address.
 * - `apiUrl` of a profile is allowed for that profile's credential. If the profile was chosen for this run,
 * it is allowed for every credential; if it is the user's default, for those of the user's stores as well.
 *
 * @throws {DestinationError} that names the source of the address, the source of the credential, and what to
 * do.
 */
export function checkDestination(found: CredentialLookup): void {
  const { api, profile } = found;
  const secret = found.pieces.token ?? found.pieces.oauthClientSecret;
  if (!secret || originOf(api.text) === originOf(defaultBaseUrl)) return;
  const { source, from } = secret;
  const isOfProfile = source.name === "profile" || source.name === "default profile";
  if (api.origin === "configuration") {
    if (source.name === "configuration") return;
    if (isOfProfile && profile?.apiUrl && trimUrl(profile.apiUrl) === trimUrl(api.text)) return;
    throw new DestinationError(
      formatRefusal(
        `${api.from} in the stack's configuration (Pulumi.<stack>.yaml)`,
        api.text,
        from,
        isOfProfile
          ? `write "apiUrl: ${api.text}" into the profile ${profile?.name}, or set BITBUCKET_API_URL=${api.text}`
          : `set BITBUCKET_API_URL=${api.text}${
              // A native provider's arguments replace the environment.
              api.from.startsWith("bitbucket:") ? "" : `, and remove ${api.from}`
            }`,
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

/** Stores that the user keeps outside of the environment. */
const stores: readonly SourceName[] = ["pass", "git", "keychain"];

function formatRefusal(who: string, address: string, from: string, way: string): string {
  return (
    `The credential is not sent to ${address}. The URL comes from ${who}, and the credential from ${from}: a ` +
    `URL applies only to a credential from the same place. No request was sent. If the URL is correct, ${way}. ` +
    "If not, remove the URL."
  );
}

function originOf(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : text;
}

function trimUrl(text: string): string {
  return (URL.canParse(text) ? new URL(text).href : text).replace(/\/+$/, "");
}
