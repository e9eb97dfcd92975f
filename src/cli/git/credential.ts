#!/usr/bin/env node
import { text } from "node:stream/consumers";
import { z } from "zod";
import { Secret } from "../../bitbucket";
/**
 * `git-credential-bitbucket-as-code`: the helper that git runs for a user name and a password. See
 * docs/how-to/git.md.
 */
import { environment } from "../../environment";
import { errorText } from "../../errors";
import { answerRequest } from "../../git/credentialHelper";
import { handedFor, handedLogin } from "../../git/helperSettings";
import { environmentFor, type GitLogin, knownServers, resolveGitLogin } from "../../git/login";

const help = `Usage: git-credential-bitbucket-as-code <get|store|erase>

Git runs this. "npx bitbucket-as-code git setup" tells it to.
`;

const handed = z.object({
  username: z.string(),
  password: z.string(),
  protocol: z.string(),
  host: z.string(),
  type: z.enum(["api-token", "repository", "project", "workspace", "oauth", "oauth-client"]),
  at: z.number(),
});

async function main(): Promise<void> {
  const [operation] = process.argv.slice(2);
  if (operation === undefined || operation === "--help" || operation === "-h") {
    process.stderr.write(help);
    process.exitCode = operation === undefined ? 1 : 0;
    return;
  }
  const given = environment()[handedLogin];
  const login = given === undefined ? undefined : handed.parse(JSON.parse(given));
  const fresh = login && Date.now() - login.at < handedFor ? login : undefined;
  process.stdout.write(
    await answerRequest(operation, await text(process.stdin), {
      env: environment(),
      servers: () => (login ? [login] : knownServers(environment())),
      login: async (workspace): Promise<GitLogin> =>
        fresh
          ? { ...fresh, password: new Secret(fresh.password), server: fresh, from: "" }
          : resolveGitLogin({ env: environmentFor(environment(), workspace) }),
      say: printLine,
    }),
  );
}

function printLine(line: string): void {
  process.stderr.write(`bitbucket-as-code: ${line}\n`);
}

main().catch((error: unknown) => {
  printLine(errorText(error));
  process.exitCode = 1;
});
