/** How a user creates a credential, or one with other scopes: the pages, and what to select on them. */
import type { Credentials } from "./credentials";

/** The page on which users create API tokens. */
export const apiTokensPage = "https://id.atlassian.com/manage-profile/security/api-tokens";

/** The page that creates a credential of a type. */
export function pageFor(type: Credentials["type"]): string {
  switch (type) {
    case "api-token":
      return `at ${apiTokensPage} (Create API token with scopes, app Bitbucket)`;
    case "repository":
      return "in the repository's settings, Access tokens";
    case "project":
      return "in the project's settings, Access tokens";
    case "workspace":
      return "in the workspace's settings, Access tokens";
    default:
      return "in the workspace's settings, OAuth consumers";
  }
}

/** How to get a credential with other scopes, in a sentence. */
export function howToGrantScopes(type: Credentials["type"]): string {
  return type.startsWith("oauth")
    ? `Select them ${pageFor(type)}: a new access token then has them.`
    : `The scopes of a token cannot be changed: create a new one with them ${pageFor(type)}.`;
}
