/**
 * Which credential to use, and how it is sent. An explicit type wins; what a token looks like is only a hint.
 * https://developer.atlassian.com/cloud/bitbucket/rest/intro/#authentication
 */
import { Secret } from "./secret";
import { SettingError } from "./settingError";

export const tokenTypes = ["api-token", "repository", "project", "workspace", "oauth"] as const;
export type TokenType = (typeof tokenTypes)[number];

export type Credentials =
  /** A user's API token with scopes: Basic, with the Atlassian account's e-mail address. */
  | { readonly type: "api-token"; readonly email: string; readonly token: Secret }
  /** An access token of a repository, project or workspace, or an OAuth access token: Bearer. */
  | { readonly type: "repository" | "project" | "workspace" | "oauth"; readonly token: Secret }
  /** An OAuth consumer: its access token is fetched, and fetched again before it expires. */
  | { readonly type: "oauth-client"; readonly clientId: string; readonly clientSecret: Secret };

/** Where to look. `config` has the keys `token`, `tokenType`, `email`, `oauthClientId` and `oauthClientSecret`. */
export interface CredentialSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config?: (key: string) => string | undefined;
}

/** The credential is missing, or cannot be right. No request was made. */
export class CredentialsError extends SettingError {}

const whereToMake =
  'Make one at https://id.atlassian.com/manage-profile/security/api-tokens ("Create API token with scopes", app ' +
  "Bitbucket), and set BITBUCKET_EMAIL to your Atlassian account's e-mail address and BITBUCKET_TOKEN to the token. " +
  "An access token of a repository, project or workspace goes into BITBUCKET_TOKEN, with BITBUCKET_TOKEN_TYPE set to " +
  "repository, project or workspace.";

/** How to go on where an app password was used. */
export const appPasswordAdvice =
  "This looks like an app password, and none of those works any more since July 2026. Make an API token with scopes " +
  "in its place. " +
  whereToMake;

/** The credential that the environment and the configuration give. Throws a `CredentialsError` that says what to set. */
export function resolveCredentials({ env, config = () => undefined }: CredentialSources): Credentials {
  const given = (name: string, key: string) => env[name] || config(key) || undefined;
  const clientId = given("BITBUCKET_OAUTH_CLIENT_ID", "oauthClientId");
  const clientSecret = given("BITBUCKET_OAUTH_CLIENT_SECRET", "oauthClientSecret");
  // BITBUCKET_USERNAME and BITBUCKET_PASSWORD are what the Terraform providers read.
  const token = given("BITBUCKET_TOKEN", "token") ?? env.BITBUCKET_PASSWORD;
  const email = given("BITBUCKET_EMAIL", "email") ?? emailIn(env.BITBUCKET_USERNAME);
  const type = typeIn(given("BITBUCKET_TOKEN_TYPE", "tokenType"));

  if (token === undefined) {
    if (clientId !== undefined && clientSecret !== undefined) {
      return {
        type: "oauth-client",
        clientId,
        clientSecret: new Secret(wellFormed(clientSecret, "BITBUCKET_OAUTH_CLIENT_SECRET")),
      };
    }
    if (clientId !== undefined || clientSecret !== undefined) {
      const missing = clientId === undefined ? "BITBUCKET_OAUTH_CLIENT_ID" : "BITBUCKET_OAUTH_CLIENT_SECRET";
      throw new CredentialsError(`An OAuth consumer needs both an id and a secret: ${missing} is not set.`);
    }
    throw new CredentialsError(`There is no Bitbucket token. ${whereToMake}`);
  }
  const secret = new Secret(wellFormed(token, "BITBUCKET_TOKEN"));
  if (type !== undefined && type !== "api-token") return { type, token: secret };
  if (token.startsWith("ATBB")) throw new CredentialsError(appPasswordAdvice);
  if (type === undefined && email === undefined) {
    const looks = token.startsWith("ATCT")
      ? "It looks like an access token: then set BITBUCKET_TOKEN_TYPE to repository, project or workspace. "
      : "";
    throw new CredentialsError(
      `BITBUCKET_TOKEN alone does not say how to log in. ${looks}For a user's API token set BITBUCKET_EMAIL to the ` +
        "Atlassian account's e-mail address; for an access token set BITBUCKET_TOKEN_TYPE.",
    );
  }
  if (email === undefined) {
    throw new CredentialsError(
      "A user's API token needs BITBUCKET_EMAIL: the e-mail address of the Atlassian account that it belongs to.",
    );
  }
  if (!/^[^\s@:]+@[^\s@:]+$/.test(email)) {
    throw new CredentialsError(
      "BITBUCKET_EMAIL is not an e-mail address. It is that of the Atlassian account, not the Bitbucket user name.",
    );
  }
  return { type: "api-token", email, token: secret };
}

function emailIn(username: string | undefined): string | undefined {
  if (!username) return undefined;
  if (username.includes("@")) return username;
  throw new CredentialsError(
    "BITBUCKET_USERNAME holds a user name, which worked with app passwords only. An API token goes with the Atlassian " +
      `account's e-mail address. ${whereToMake}`,
  );
}

function typeIn(text: string | undefined): TokenType | undefined {
  if (text === undefined) return undefined;
  const type = tokenTypes.find((known) => known === text);
  if (!type)
    throw new CredentialsError(
      `BITBUCKET_TOKEN_TYPE is "${text.slice(0, 30)}", and must be one of ${tokenTypes.join(", ")}.`,
    );
  return type;
}

function wellFormed(token: string, name: string): string {
  if (/^["'].*["']$/.test(token)) throw new CredentialsError(`${name} has quotes around it: leave them out.`);
  if (/\s/.test(token))
    throw new CredentialsError(`${name} holds white space or a line end: it was not copied as it is.`);
  if (/[^\x21-\x7e]/.test(token))
    throw new CredentialsError(`${name} holds characters that no token has: it was not copied as it is.`);
  if (/^[^@:]+@[^@:]+\.[^@:]+$/.test(token))
    throw new CredentialsError(`${name} holds an e-mail address: that goes into BITBUCKET_EMAIL.`);
  if (/^[^:]+@?[^:]*:.+/.test(token))
    throw new CredentialsError(
      `${name} holds "user:token": give the token alone, and the e-mail address in BITBUCKET_EMAIL.`,
    );
  return token;
}

/** What a token's first letters suggest. Sources disagree, so that nothing is decided by it. */
export function tokenHint(credentials: Credentials): string {
  if (credentials.type === "oauth-client") return "an OAuth consumer";
  const token = credentials.token.reveal();
  if (token.startsWith("ATBB")) return "an app password, and those work no more";
  if (token.startsWith("ATCT")) return "an access token of a repository, project or workspace";
  if (token.startsWith("ATAT")) return "a user's API token";
  return "a token of an unknown form";
}

/** How the credential is sent, in words. */
export function schemeOf(credentials: Credentials): string {
  return credentials.type === "api-token"
    ? "Basic, with the e-mail address in BITBUCKET_EMAIL and the API token"
    : `Bearer, as for a token of the type ${credentials.type}`;
}
