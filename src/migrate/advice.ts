/** Advice that several rules share. */

export const makeToken =
  "an API token with scopes (https://id.atlassian.com/manage-profile/security/api-tokens, app Bitbucket), or an access token of the repository, project or workspace";

export const gitHelper =
  'the URL without user name and password, and the credential helper: "npx bitbucket-as-code git setup"';

export const gitInCi =
  "https://x-token-auth:$TOKEN@bitbucket.org/… with an access token, or https://x-bitbucket-api-token-auth:$TOKEN@… with a user's API token, from a secured variable";

export const restUser =
  'curl -u "$BITBUCKET_EMAIL:$BITBUCKET_TOKEN" with the e-mail address of the Atlassian account and an API token, or -H "Authorization: Bearer $BITBUCKET_TOKEN" with an access token';

export const restPair =
  "the e-mail address of the Atlassian account as the user name, and an API token as the password; or an access token or an OAuth consumer, if the tool supports one";

export const secured = "a secured variable or a secret store; create a new token first, and revoke this one";

export const appPasswordsGone = "app passwords stopped working in July 2026: REST returns 401, git 410";

/** Whether a file is prose: it may be out of date, but nothing runs it. */
export function isProse(path: string): boolean {
  return /\.(md|markdown|rst|adoc|txt|html?)$/i.test(path);
}

/** Whether a file is git's own configuration. */
export function isGitConfig(path: string): boolean {
  return /(^|\/)(\.git\/(.*\/)?config|\.gitconfig|gitconfig|git\/config|\.gitmodules)$/.test(path);
}
