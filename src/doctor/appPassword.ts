/** How to migrate from an app password. */
import { apiTokensPage, isAppPassword } from "../bitbucket";
import type { CredentialLookup } from "../credentials";
import { type DoctorFinding, problem } from "./finding";

/** The steps, in order. */
export const migrationSteps: readonly string[] = [
  `Open ${apiTokensPage}, choose "Create API token with scopes", a name, an end within a year, and the app Bitbucket.`,
  'Tick the scopes that "npx bitbucket-as-code auth scopes" prints for your stack, and copy the token: it is shown once.',
  'Keep it: "npx bitbucket-as-code auth login --email <address of your Atlassian account>", or set BITBUCKET_TOKEN and BITBUCKET_EMAIL.',
  "Take BITBUCKET_USERNAME and BITBUCKET_PASSWORD away where they held the app password: the user name is not used any more for the API.",
  'Find what else depends on it, remotes of git among others: "npx bitbucket-as-code migrate audit".',
];

/** Checks whether an app password was found. */
export function checkAppPassword({ given, pieces, looked }: CredentialLookup): DoctorFinding | undefined {
  const { token } = given;
  const inGit = looked.some(({ source, hasAppPassword }) => source.name === "git" && hasAppPassword);
  if (token && isAppPassword(token.text))
    return problem(
      "credential",
      `${pieces.token?.from ?? "The token"} looks like an app password. They were removed on 28 July 2026: Bitbucket answers 401 to each`,
      ...migrationSteps,
    );
  if (!token && inGit)
    return problem(
      "credential",
      `There is no token, and git's credential helpers hold an app password`,
      ...migrationSteps,
    );
  return undefined;
}
