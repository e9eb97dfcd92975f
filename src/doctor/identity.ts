/** Identifies the owner of the credential: proved by a request, not guessed from its first letters. */
import {
  AuthenticationError,
  BitbucketError,
  type Credentials,
  createClient,
  credentialKinds,
  formatOrigin,
  type Identity,
  identifyCredential,
  pageFor,
  Secret,
  schemeOf,
  tokenHint,
} from "../bitbucket";
import { type CredentialLookup, originOfCredential } from "../credentials";
import { formatCount } from "../errors/count";
import { type DoctorFinding, note, ok, problem, warning } from "./finding";

/** The owner, in a few words. */
export function formatIdentity({ user, kind }: Identity): string {
  const what = kind === undefined ? "a credential of an unknown type" : (credentialKinds[kind] ?? kind);
  if (!user) return `${what}. It has no user`;
  return `${what}, of ${user.name}${user.nickname && user.nickname !== user.name ? ` (${user.nickname})` : ""}`;
}

/** The types that the header names, with the value to set for each. */
const typeOfKind: Readonly<Record<string, Credentials["type"]>> = {
  api_token: "api-token",
  repo_access_token: "repository",
  project_access_token: "project",
  workspace_access_token: "workspace",
  oauth: "oauth",
};

export function checkIdentity(identity: Identity, credentials: Credentials): DoctorFinding[] {
  const findings = [ok("identity", `Bitbucket identifies it as ${formatIdentity(identity)}`)];
  const proved = typeOfKind[identity.kind ?? ""];
  const type = credentials.type === "oauth-client" ? "oauth" : credentials.type;
  if (proved !== undefined && proved !== type)
    findings.push(
      note(
        "type",
        `Its type is set to ${type}, and it is of the type ${proved}. Both are sent in the same way`,
        `Set BITBUCKET_TOKEN_TYPE=${proved}, so that messages refer to the right page`,
      ),
    );
  return findings;
}

/** Days before a token's expiry from which to warn. */
const ahead = 21;

/** Checks the expiry. Bitbucket does not return it: a recorded date is the only source. */
export function checkExpiry(
  credentials: Credentials,
  expires: string | undefined,
  now: number,
): DoctorFinding[] {
  if (credentials.type === "oauth-client")
    return [
      ok(
        "expiry",
        "Access tokens of an OAuth consumer expire after an hour or two, and are renewed automatically",
      ),
    ];
  if (expires === undefined)
    return [
      note(
        "expiry",
        "Bitbucket does not show when a token expires. An API token is valid for at most a year",
        "Record the date in the profile: expires: 2027-01-31",
      ),
    ];
  const days = Math.floor((Date.parse(expires) - now) / 86_400_000);
  if (days > ahead)
    return [
      ok("expiry", `It expires on ${expires}, in ${formatCount(days, "day")}, according to its profile`),
    ];
  const again = `Create a new one ${pageFor(credentials.type)}.`;
  return days < 0
    ? [problem("expiry", `It expired on ${expires}, according to its profile`, again)]
    : [
        warning(
          "expiry",
          `It expires on ${expires}, in ${formatCount(days, "day")}, according to its profile`,
          again,
        ),
      ];
}

/**
 * Explains why a credential is rejected: sends the same token in the other form as well, to the same server.
 *
 * @param error The result of the configured form; undefined if it could not even be tried.
 */
export async function checkRefusal(
  found: CredentialLookup,
  credentials: Credentials | undefined,
  error: Error,
): Promise<DoctorFinding> {
  const { token, email } = found.given;
  if (!token || (error instanceof BitbucketError && !(error instanceof AuthenticationError)))
    return problem("identity", error.message);
  const tried = credentials ? `Sent as ${schemeOf(credentials)}, Bitbucket did not accept it` : error.message;
  const secret = new Secret(token.text);
  const others: Credentials[] =
    credentials?.type === "api-token" || !credentials
      ? [{ type: "workspace", token: secret }]
      : email
        ? [{ type: "api-token", email: email.text, token: secret }]
        : [];
  for (const other of others) {
    const identity = await findAcceptedIdentity(other, found.api.text);
    if (identity instanceof Error) return problem("identity", `${error.message} ${identity.message}`);
    if (!identity) continue;
    const type = typeOfKind[identity.kind ?? ""] ?? other.type;
    return problem(
      "identity",
      `${credentials ? tried : `${token.from} alone does not determine how to log in`}. Sent as ${schemeOf(other).split(",")[0]} it is accepted: ${formatIdentity(identity)}`,
      `Set BITBUCKET_TOKEN_TYPE=${type}${type === "api-token" ? "" : ". Then BITBUCKET_EMAIL is not required"}`,
    );
  }
  if (!credentials)
    return problem(
      "identity",
      `${token.from} alone does not determine how to log in, and Bitbucket does not accept it as an access token`,
      "If it is a user's API token, set BITBUCKET_EMAIL to the Atlassian account's e-mail address.",
      "If it is an access token, it has expired, was revoked, or was not copied completely: create another one.",
    );
  const origin = originOfCredential({ ...found, credentials });
  return problem(
    "identity",
    `${tried}. It looks like ${tokenHint(credentials)}`,
    "Check whether it has expired or was revoked, on the page where it was created.",
    ...(credentials.type === "api-token"
      ? [
          ...(origin.elsewhere.length > 0 ? [formatOrigin(origin)] : []),
          `Check that ${credentials.email} is the address of its Atlassian account, at https://id.atlassian.com/manage-profile/email.`,
          'Check that it was created with "Create API token with scopes" for the app Bitbucket: one without scopes has no access.',
        ]
      : []),
    `Or create a new one ${pageFor(credentials.type)}.`,
  );
}

/** The owner; undefined if the credential is rejected, and the error if that cannot be determined. */
async function findAcceptedIdentity(
  credentials: Credentials,
  baseUrl: string,
): Promise<Identity | Error | undefined> {
  const client = createClient({ credentials, baseUrl, readOnly: true });
  try {
    return await identifyCredential(client);
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    if (error instanceof BitbucketError) return error;
    throw error;
  } finally {
    await client.close();
  }
}
