/**
 * Builds the credential from its parts and defines how it is sent. An explicit type wins; a token's first
 * letters are only a hint.
 * https://developer.atlassian.com/cloud/bitbucket/rest/intro/#authentication
 */
import { Secret } from "./secret";
import { CredentialsError } from "./settingError";

export const tokenTypes = ["api-token", "repository", "project", "workspace", "oauth"] as const;
export type TokenType = (typeof tokenTypes)[number];

export type Credentials =
  /** A user's API token with scopes: Basic, with the Atlassian account's e-mail address. */
  | { readonly type: "api-token"; readonly email: string; readonly token: Secret }
  /** An access token of a repository, project or workspace, or an OAuth access token: Bearer. */
  | { readonly type: "repository" | "project" | "workspace" | "oauth"; readonly token: Secret }
  /** An OAuth consumer: its access token is fetched, and fetched again before it expires. */
  | { readonly type: "oauth-client"; readonly clientId: string; readonly clientSecret: Secret };

/**
 * A part of a credential and its source: `BITBUCKET_TOKEN`, or `the entry bitbucket/acme/api-token of pass`.
 */
export interface CredentialPart {
  readonly text: string;
  readonly from: string;
}

/** The parts of one credential, as they were found. */
export interface CredentialParts {
  readonly token?: CredentialPart | undefined;
  readonly tokenType?: CredentialPart | undefined;
  /** Of the Atlassian account. */
  readonly email?: CredentialPart | undefined;
  /** The Bitbucket user name, or an e-mail address if somebody set one instead. */
  readonly username?: CredentialPart | undefined;
  readonly oauthClientId?: CredentialPart | undefined;
  readonly oauthClientSecret?: CredentialPart | undefined;
}

/** How to create a credential. */
export const whereToMake =
  'Make one at https://id.atlassian.com/manage-profile/security/api-tokens ("Create API token with scopes", app ' +
  "Bitbucket), and set BITBUCKET_EMAIL to your Atlassian account's e-mail address and BITBUCKET_TOKEN to the token. " +
  "An access token of a repository, project or workspace goes into BITBUCKET_TOKEN, with BITBUCKET_TOKEN_TYPE set to " +
  "repository, project or workspace.";

/** How to replace an app password. */
export const appPasswordAdvice =
  "This looks like an app password, and none of those works any more since July 2026. Make an API token with scopes " +
  "in its place. " +
  whereToMake;

/**
 * Builds a credential from its parts. A token takes precedence over an OAuth consumer.
 *
 * @throws {CredentialsError} that says which part is invalid, its source, and what to set.
 */
export function toCredentials(given: CredentialParts): Credentials {
  const { token, oauthClientId, oauthClientSecret } = given;
  if (token) return fromToken(token, given);
  if (oauthClientId && oauthClientSecret) {
    return {
      type: "oauth-client",
      clientId: oauthClientId.text,
      clientSecret: new Secret(checkForm(oauthClientSecret)),
    };
  }
  if (oauthClientId || oauthClientSecret) {
    const missing = oauthClientId ? "BITBUCKET_OAUTH_CLIENT_SECRET" : "BITBUCKET_OAUTH_CLIENT_ID";
    throw new CredentialsError(`An OAuth consumer needs both an id and a secret: ${missing} is not set.`);
  }
  throw new CredentialsError(`There is no Bitbucket token. ${whereToMake}`);
}

function fromToken(token: CredentialPart, given: CredentialParts): Credentials {
  const type = given.tokenType && typeIn(given.tokenType);
  const secret = new Secret(checkForm(token));
  if (type !== undefined && type !== "api-token") return { type, token: secret };
  if (isAppPassword(token.text)) throw new CredentialsError(appPasswordAdvice);
  const email = given.email ?? (given.username?.text.includes("@") ? given.username : undefined);
  if (email === undefined) throw new CredentialsError(withoutEmail(token, type, given.username));
  if (!/^[^\s@:]+@[^\s@:]+$/.test(email.text)) {
    throw new CredentialsError(
      `${email.from} is not an e-mail address. It is that of the Atlassian account, not the Bitbucket user name.`,
    );
  }
  return { type: "api-token", email: email.text, token: secret };
}

/** Explains why a token without an e-mail address cannot be used, and what to set. */
function withoutEmail(
  token: CredentialPart,
  type: TokenType | undefined,
  username: CredentialPart | undefined,
): string {
  if (username) {
    return (
      `${username.from} holds a user name, which worked with app passwords only. An API token goes with the Atlassian ` +
      `account's e-mail address. ${whereToMake}`
    );
  }
  if (type === "api-token")
    return "A user's API token needs BITBUCKET_EMAIL: the e-mail address of the Atlassian account that it belongs to.";
  const looks = token.text.startsWith("ATCT")
    ? "It looks like an access token: then set BITBUCKET_TOKEN_TYPE to repository, project or workspace. "
    : "";
  return (
    `${token.from} alone does not say how to log in. ${looks}For a user's API token set BITBUCKET_EMAIL to the ` +
    "Atlassian account's e-mail address; for an access token set BITBUCKET_TOKEN_TYPE."
  );
}

/** Whether a text has the form of an app password. */
export function isAppPassword(token: string): boolean {
  return token.startsWith("ATBB");
}

function typeIn({ text, from }: CredentialPart): TokenType {
  const type = tokenTypes.find((known) => known === text);
  if (!type)
    throw new CredentialsError(
      `${from} is "${text.slice(0, 30)}", and must be one of ${tokenTypes.join(", ")}.`,
    );
  return type;
}

function checkForm({ text, from }: CredentialPart): string {
  if (/^["'].*["']$/.test(text)) throw new CredentialsError(`${from} has quotes around it: leave them out.`);
  if (text.includes("\ufeff"))
    throw new CredentialsError(
      `${from} begins with a byte order mark, which no editor shows: save it as UTF-8 without one (in PowerShell: Set-Content -Encoding ascii -NoNewline).`,
    );
  if (/[\0\ufffd]/.test(text))
    throw new CredentialsError(
      `${from} is not UTF-8 text: save it again (in PowerShell: Set-Content -Encoding ascii -NoNewline).`,
    );
  if (/\s/.test(text))
    throw new CredentialsError(`${from} holds white space or a line end: it was not copied as it is.`);
  if (/[^\x21-\x7e]/.test(text))
    throw new CredentialsError(`${from} holds characters that no token has: it was not copied as it is.`);
  if (/^[^@:]+@[^@:]+\.[^@:]+$/.test(text))
    throw new CredentialsError(`${from} holds an e-mail address: that goes into BITBUCKET_EMAIL.`);
  if (/^[^:]+@?[^:]*:.+/.test(text))
    throw new CredentialsError(
      `${from} holds "user:token": give the token alone, and the e-mail address in BITBUCKET_EMAIL.`,
    );
  return text;
}

/** A guess from a token's first letters. Sources disagree, so nothing is decided by it. */
export function tokenHint(credentials: Credentials): string {
  if (credentials.type === "oauth-client") return "an OAuth consumer";
  const token = credentials.token.reveal();
  if (isAppPassword(token)) return "an app password, and those work no more";
  if (token.startsWith("ATCT")) return "an access token of a repository, project or workspace";
  if (token.startsWith("ATAT")) return "a user's API token";
  return "a token of an unknown form";
}

/** Describes how the credential is sent. */
export function schemeOf(credentials: Credentials): string {
  return credentials.type === "api-token"
    ? "Basic, with the Atlassian account's e-mail address and the API token"
    : `Bearer, as for a token of the type ${credentials.type}`;
}
