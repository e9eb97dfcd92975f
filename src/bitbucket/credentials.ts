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

/** Where the parts of a credential come from. */
export interface CredentialOrigin {
  /** The source of the token, or of an OAuth consumer's secret. */
  readonly from: string;
  /** Parts that lie elsewhere than the secret, which may be of another account: its e-mail address, its type. */
  readonly elsewhere: readonly (CredentialPart & { readonly what: string })[];
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
  'Create one at https://id.atlassian.com/manage-profile/security/api-tokens ("Create API token with scopes", app ' +
  "Bitbucket), and set BITBUCKET_EMAIL to your Atlassian account's e-mail address and BITBUCKET_TOKEN to the token. " +
  "For an access token of a repository, project or workspace, set BITBUCKET_TOKEN, and BITBUCKET_TOKEN_TYPE to " +
  "repository, project or workspace.";

/** How to replace an app password. */
export const appPasswordAdvice =
  "This looks like an app password. App passwords stopped working in July 2026. Create an API token with scopes " +
  "instead. " +
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
    throw new CredentialsError(`An OAuth consumer requires both an id and a secret: ${missing} is not set.`);
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
      `${email.from} is not an e-mail address. Use the address of the Atlassian account, not the Bitbucket user name.`,
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
      `${username.from} contains a user name, which worked only with app passwords. An API token requires the Atlassian ` +
      `account's e-mail address. ${whereToMake}`
    );
  }
  // Of a native provider, a credential among its arguments is all of it: the environment adds nothing.
  const isArgument = token.from === "bitbucket-cloud:token";
  const email = isArgument ? "bitbucket-cloud:email" : "BITBUCKET_EMAIL";
  const tokenType = isArgument ? "bitbucket-cloud:tokenType" : "BITBUCKET_TOKEN_TYPE";
  if (type === "api-token")
    return `A user's API token requires ${email}: the e-mail address of its Atlassian account.`;
  const looks = token.text.startsWith("ATCT")
    ? `It looks like an access token: then set ${tokenType} to repository, project or workspace. `
    : "";
  return (
    `${token.from} alone does not determine how to log in. ${looks}For a user's API token set ${email} to the ` +
    `Atlassian account's e-mail address; for an access token set ${tokenType}.` +
    (isArgument
      ? " Beside a token of the provider, the environment's settings of the credential do not count."
      : "")
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
  if (/^["'].*["']$/.test(text)) throw new CredentialsError(`${from} has quotes around it: remove them.`);
  if (text.includes("\ufeff"))
    throw new CredentialsError(
      `${from} starts with an invisible byte order mark: save it as UTF-8 without one (in PowerShell: Set-Content -Encoding ascii -NoNewline).`,
    );
  if (/[\0\ufffd]/.test(text))
    throw new CredentialsError(
      `${from} is not UTF-8 text: save it again (in PowerShell: Set-Content -Encoding ascii -NoNewline).`,
    );
  if (/\s/.test(text))
    throw new CredentialsError(`${from} contains white space or a line break: copy it again.`);
  if (/[^\x21-\x7e]/.test(text))
    throw new CredentialsError(`${from} contains characters that tokens cannot contain: copy it again.`);
  if (/^[^@:]+@[^@:]+\.[^@:]+$/.test(text))
    throw new CredentialsError(`${from} contains an e-mail address: set BITBUCKET_EMAIL to it.`);
  if (/^[^:]+@?[^:]*:.+/.test(text))
    throw new CredentialsError(
      `${from} contains "user:token": use only the token, and set BITBUCKET_EMAIL to the e-mail address.`,
    );
  return text;
}

/** A guess from a token's first letters. Sources disagree, so nothing is decided by it. */
export function tokenHint(credentials: Credentials): string {
  if (credentials.type === "oauth-client") return "an OAuth consumer";
  const token = credentials.token.reveal();
  if (isAppPassword(token)) return "an app password, which no longer work";
  if (token.startsWith("ATCT")) return "an access token of a repository, project or workspace";
  if (token.startsWith("ATAT")) return "a user's API token";
  return "a token of an unknown type";
}

/** Describes where a credential comes from. Names both sources where its parts come from two. */
export function formatOrigin({ from, elsewhere }: CredentialOrigin): string {
  const others = elsewhere.map(({ what, text, from: other }) => `its ${what} (${text}) comes from ${other}`);
  if (others.length === 0) return `It comes from ${from}.`;
  return `It comes from ${from}, but ${others.join(", and ")}: check that both are of the same account, or set both in one place.`;
}

/** Describes how the credential is sent. */
export function schemeOf(credentials: Credentials): string {
  return credentials.type === "api-token"
    ? "Basic, with the Atlassian account's e-mail address and the API token"
    : `Bearer, as for a token of the type ${credentials.type}`;
}
