/** How git logs in with the credential that counts. https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/ */
import { type Credentials, fetchAccessToken, Secret } from "../bitbucket";
import { findCredentials, type ResolvedCredentials } from "./resolve";
import type { CredentialSources, GitServer } from "./source";
import { gitUsers } from "./sources/git";

export interface GitLogin {
  readonly type: Credentials["type"];
  /** The Bitbucket user name or `x-bitbucket-api-token-auth` for an API token; `x-token-auth` for all others. */
  readonly username: string;
  /** The token. For an OAuth consumer, an access token that was fetched just now. */
  readonly password: Secret;
  /** The server for which it counts. It must be given to no other. */
  readonly server: GitServer;
  /** The one workspace for which it counts, where the user's default profile says so. */
  readonly workspace?: string | undefined;
  /** Where the secret was found, as the user would name it. */
  readonly from: string;
}

/**
 * What git has to be told. Git's own credential helpers are not asked: one of them may be the one who asks here.
 *
 * @throws {CredentialsError} where there is no credential, and a `BitbucketError` where an OAuth consumer gets no token.
 */
export async function resolveGitLogin(where: CredentialSources): Promise<GitLogin> {
  const found = findCredentials({ ...where, without: [...(where.without ?? []), "git"] });
  const { credentials, gitServer, winner, profile } = found;
  return {
    type: credentials.type,
    username: gitUserOf(found),
    password: credentials.type === "oauth-client" ? await fetchLogin(found) : credentials.token,
    server: gitServer,
    ...(winner?.source.name === "default profile" ? { workspace: profile?.workspace } : {}),
    from: (found.pieces.token ?? found.pieces.oauthClientSecret)?.from ?? "",
  };
}

/** The user name that goes with a credential in git. It takes no request. */
export function gitUserOf({
  credentials,
  username,
}: Pick<ResolvedCredentials, "credentials" | "username">): string {
  return credentials.type === "api-token" ? (username ?? gitUsers.apiToken) : gitUsers.accessToken;
}

async function fetchLogin({ credentials, api }: ResolvedCredentials): Promise<Secret> {
  return new Secret(await fetchAccessToken(credentials, api.text));
}
