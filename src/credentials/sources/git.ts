/**
 * Credentials for Bitbucket in git's credential helpers. Non-interactive: if git would have to prompt, there
 * is no result.
 * https://git-scm.com/docs/git-credential
 */
import { isAppPassword } from "../../bitbucket";
import { runProgramSync } from "../../process/run";
import { runOnce } from "../once";
import {
  type CredentialSource,
  nothing,
  type SourceAnswer,
  type SourceContext,
  toPiece,
  toPieces,
} from "../source";

/**
 * User names that identify the type of their token.
 * https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/
 */
export const gitUsers = { apiToken: "x-bitbucket-api-token-auth", accessToken: "x-token-auth" } as const;

/** Milliseconds that a helper may take. */
const patience = 20_000;

/** Set for git's helpers, so that ours does not query git again. */
export const askedByUs = "BITBUCKET_ASKED_BY_US";

export const git: CredentialSource = {
  name: "git",
  title: "git's credential helpers",
  slow: true,
  look(context) {
    if (context.env[askedByUs]) return nothing;
    const { env, gitServer } = context;
    const key = ["git", gitServer.protocol, gitServer.host, env.HOME, env.GIT_CONFIG_GLOBAL];
    return runOnce(key, () => ask(context));
  },
};

function ask({ env, gitServer }: SourceContext): SourceAnswer {
  const { protocol, host } = gitServer;
  const { exitCode, stdout, failure } = runProgramSync("git", ["credential", "fill"], {
    env: {
      ...env,
      [askedByUs]: "1",
      GIT_TERMINAL_PROMPT: "0",
      // Set to empty: no other program prompts either.
      GIT_ASKPASS: "",
      SSH_ASKPASS: "",
      GCM_INTERACTIVE: "never",
    },
    input: `protocol=${protocol}\nhost=${host}\n\n`,
    patience,
  });
  if (failure)
    return {
      pieces: {},
      problem: failure.reason === "not found" ? "git is not installed" : "git did not respond in time",
    };
  if (exitCode !== 0) return nothing;
  const answer = new Map(
    stdout.split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const [user, password] = [answer.get("username") ?? "", answer.get("password") ?? ""];
  if (password === "") return nothing;
  if (isAppPassword(password))
    return {
      pieces: {},
      hasAppPassword: true,
      problem: `they hold an app password for ${host}, and those work no more: "git credential reject" or "npx bitbucket-as-code migrate audit" rids you of it`,
    };
  const from = `git's credentials for ${host}`;
  const isAccessToken = user === gitUsers.accessToken;
  const named = user !== "" && !isAccessToken && user !== gitUsers.apiToken;
  return {
    pieces: toPieces({
      token: toPiece(password, from),
      username: named ? toPiece(user, `the user name of ${from}`) : undefined,
    }),
    // Git does not know the type of access token; all are sent alike.
    impliedType: isAccessToken ? "workspace" : "api-token",
  };
}
