/** How to migrate from an app password. */
import { apiTokensPage, isAppPassword } from "../bitbucket";
import type { CredentialLookup } from "../credentials";
import { type DoctorFinding, problem } from "./finding";

/** The steps, in order. */
const migrationSteps: readonly string[] = [
  `Open ${apiTokensPage}, choose "Create API token with scopes", a name, an expiry date within a year, and the app Bitbucket.`,
  'Tick the scopes that "npx bitbucket-as-code auth scopes" prints for your stack, and copy the token: it is shown once.',
  'Keep it: "npx bitbucket-as-code auth login --email <address of your Atlassian account>", or set BITBUCKET_TOKEN and BITBUCKET_EMAIL.',
  "Remove BITBUCKET_USERNAME and BITBUCKET_PASSWORD with the app password: the API no longer uses the user name.",
  'Find what else depends on it, such as git remotes: "npx bitbucket-as-code migrate audit".',
];

/** Checks whether an app password was found. */
export function checkAppPassword({ given, pieces, looked }: CredentialLookup): DoctorFinding | undefined {
  const { token } = given;
  const inGit = looked.some(({ source, hasAppPassword }) => source.name === "git" && hasAppPassword);
  if (token && isAppPassword(token.text))
    return problem(
      "credential",
      `${pieces.token?.from ?? "The token"} looks like an app password. They were removed on 28 July 2026: Bitbucket responds with 401`,
      ...migrationSteps,
    );
  if (!token && inGit)
    return problem(
      "credential",
      `There is no token, and git's credential helpers contain an app password`,
      ...migrationSteps,
    );
  return undefined;
}
