/**
 * How git logs in with the effective credential.
 * https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/
 */
import { type Credentials, fetchAccessToken, Secret } from "../bitbucket";
import { findCredentials, type ResolvedCredentials } from "./resolve";
import type { CredentialSources, GitServer } from "./source";
import { gitUsers } from "./sources/git";

export interface GitLogin {
  readonly type: Credentials["type"];
  /** The Bitbucket user name or `x-bitbucket-api-token-auth` for an API token; `x-token-auth` for all others. */
  readonly username: string;
  /** The token. For an OAuth consumer, a newly fetched access token. */
  readonly password: Secret;
  /** The server that accepts it. It must not be sent to any other. */
  readonly server: GitServer;
  /** The only workspace that it is for, if the user's default profile specifies one. */
  readonly workspace?: string | undefined;
  /** The source of the secret, in the user's terms. */
  readonly from: string;
}

/**
 * Resolves git's login. Git's own credential helpers are not asked: one of them may be the caller.
 *
 * @throws {CredentialsError} if there is no credential, and a `BitbucketError` if an OAuth consumer gets no
 * token.
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

/** The user name for a credential in git. Sends no request. */
export function gitUserOf({
  credentials,
  username,
}: Pick<ResolvedCredentials, "credentials" | "username">): string {
  return credentials.type === "api-token" ? (username ?? gitUsers.apiToken) : gitUsers.accessToken;
}

async function fetchLogin({ credentials, api }: ResolvedCredentials): Promise<Secret> {
  return new Secret(await fetchAccessToken(credentials, api.text));
}
