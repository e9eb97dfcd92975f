/** Secrets in Atlassian's format, wherever they are. */
import { appPasswordsGone, makeToken, secured } from "../advice";
import { lineRule } from "../finding";

const token = /\b(ATBB[A-Za-z0-9]{16,}|AT(?:AT|CT)T[A-Za-z0-9_\-=]{16,})/g;

export const tokenLiteral = lineRule({
  id: "token",
  title: "A token or an app password in a file",
  check: ({ number, text }) =>
    [...text.matchAll(token)].map(([secret]) =>
      secret.startsWith("ATBB")
        ? {
            line: number,
            level: "broken" as const,
            why: `This looks like an app password; ${appPasswordsGone}`,
            instead: makeToken,
            secrets: [secret],
          }
        : {
            line: number,
            level: "exposed" as const,
            why: `This looks like ${secret.startsWith("ATCT") ? "an access token" : "a user's API token"}, which everyone who can read the file can use`,
            instead: secured,
            secrets: [secret],
          },
    ),
});
