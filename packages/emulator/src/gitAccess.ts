/** Authentication of git's protocol: the credentials are those of REST, with different user names. */
import { checkScopes, type Principal } from "./access";
import { Refusal } from "./errors";
import type { State, Token } from "./state";

/** The service's message for unknown users and invisible repositories. */
export const unseen =
  "You may not have access to this repository or it no longer exists in this workspace. " +
  "If you think this repository exists and you have access, make sure you are authenticated.";

/**
 * Since July 2026 app passwords get this message.
 * https://developer.atlassian.com/cloud/bitbucket/changelog#CHANGE-3222
 */
const appPasswordsGone = [
  "CHANGE-3222 - Functionality has been deprecated",
  "App passwords are deprecated and must be replaced with API tokens.",
  "https://developer.atlassian.com/cloud/bitbucket/changelog#CHANGE-3222",
].join("\n");

/**
 * The credential of an `Authorization` header; undefined for an anonymous one. A user's API token requires
 * the Bitbucket user name or `x-bitbucket-api-token-auth`, every other token `x-token-auth`.
 * https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/
 */
export function gitPrincipal(state: State, header: string | undefined, now: number): Principal | undefined {
  if (header === undefined) return undefined;
  const [scheme = "", value = ""] = header.split(" ");
  const text = scheme.toLowerCase() === "basic" ? Buffer.from(value, "base64").toString() : "";
  const [name, secret] = [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)];
  const token = state.tokens.find((one) => one.secret === secret);
  if (!token || !isValid(token, now)) throw new Refusal(401, unseen);
  if (token.kind === "app_password") throw new Refusal(410, appPasswordsGone);
  const user = state.users.get(token.user ?? "");
  const names =
    token.kind === "api_token" ? ["x-bitbucket-api-token-auth", user?.nickname] : ["x-token-auth"];
  if (!names.includes(name)) throw new Refusal(401, unseen);
  return { token, user };
}

function isValid(token: Token, now: number): boolean {
  return !token.expired && !token.revoked && (token.expires_at === undefined || token.expires_at > now);
}

/** Throws a 403 if the credential's scopes do not suffice. */
export function checkGitScopes(principal: Principal, write: boolean): void {
  const source = "/repositories/{workspace}/{repo_slug}/src";
  checkScopes(principal, write ? `POST ${source}` : `GET ${source}/{commit}/{path}`);
}
