/** The steps to replace app passwords, each checked if possible, as Markdown. */
import {
  AuthenticationError,
  apiPath,
  BitbucketError,
  type Client,
  fetchGrantedScopes,
  PermissionError,
  SettingError,
} from "../bitbucket";
import { findCredentials } from "../credentials";
import { formatCount } from "../errors/count";
import type { GitLogin, GitServer } from "../git/login";
import { reasonOf, runGit } from "../git/run";
import { httpsUrl, type RepositoryName } from "../git/urls";
import type { MigrationFinding } from "./finding";
import { toShownPath } from "./report";
import { maskSecrets } from "./secrets";

/** `done` and `open` were checked. `unknown`: the check was not possible. `manual`: only you can check it. */
type StepState = "done" | "open" | "unknown" | "manual";

interface ChecklistStep {
  readonly id: string;
  readonly title: string;
  readonly state: StepState;
  /** What the check found. */
  readonly seen: string;
  /** What to do; empty if it is done. */
  readonly todo: string;
}

interface ChecklistParts {
  readonly env: NodeJS.ProcessEnv;
  readonly server: GitServer;
  readonly cwd: string;
  /** The repository to try git with, if one is known. */
  readonly repository: RepositoryName | undefined;
  /** Runs a step with a client. */
  withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result>;
  login(): Promise<GitLogin>;
  /** The findings of the file audit. */
  readonly findings: readonly MigrationFinding[];
  readonly files: number;
}

const tokensPage = "https://id.atlassian.com/manage-profile/security/api-tokens";

export async function runChecklist(parts: ChecklistParts): Promise<ChecklistStep[]> {
  return [
    credential(parts),
    await rest(parts),
    await scopes(parts),
    await helper(parts),
    await remote(parts),
    files(parts),
    checkContinuously(parts),
    {
      id: "revoke",
      title: "Old tokens and app passwords are revoked",
      state: "manual",
      seen: "Bitbucket's API does not list them.",
      todo: `Check ${tokensPage} and, for app passwords, at https://bitbucket.org/account/settings/app-passwords/.`,
    },
    {
      id: "expiry",
      title: "Someone is reminded before the token expires",
      state: "manual",
      seen: "An API token is valid for at most a year, and cannot be renewed.",
      todo: "Add its expiry date to a shared calendar.",
    },
  ];
}

function credential({ env }: ChecklistParts): ChecklistStep {
  const step = { id: "credential", title: "A credential exists that is not an app password" };
  try {
    const { credentials, winner } = findCredentials({ env, without: ["git"] });
    return {
      ...step,
      state: "done",
      seen: `${credentials.type}, from ${winner?.source.title ?? "the environment"}.`,
      todo: "",
    };
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return { ...step, state: "open", seen: "None is usable.", todo: error.message };
  }
}

/** Runs a step, or reports that it requires a credential. */
async function runStep(
  step: Pick<ChecklistStep, "id" | "title">,
  check: () => Promise<Pick<ChecklistStep, "state" | "seen" | "todo">>,
): Promise<ChecklistStep> {
  try {
    return { ...step, ...(await check()) };
  } catch (error) {
    if (error instanceof SettingError)
      return {
        ...step,
        state: "unknown",
        seen: "There is no credential to test.",
        todo: "Complete the first step.",
      };
    if (error instanceof AuthenticationError)
      return {
        ...step,
        state: "open",
        seen: "Bitbucket did not accept the credential.",
        todo: error.message,
      };
    if (error instanceof BitbucketError)
      return { ...step, state: "unknown", seen: "It could not be checked.", todo: error.message };
    throw error;
  }
}

function rest({ withClient }: ChecklistParts): Promise<ChecklistStep> {
  return runStep({ id: "rest", title: "REST accepts it" }, () =>
    withClient(async (client) => {
      try {
        const user = await client.get("/user", { query: { fields: "display_name" } });
        const name =
          typeof user === "object" && user !== null && "display_name" in user
            ? String(user.display_name)
            : "a user";
        return { state: "done", seen: `GET /user: ${name}.`, todo: "" };
      } catch (error) {
        // An access token has no user, and a token without that scope may still be fine for everything else.
        if (error instanceof PermissionError)
          return { state: "done", seen: "GET /user: accepted, without access to a user.", todo: "" };
        throw error;
      }
    }),
  );
}

function scopes({ withClient, repository }: ChecklistParts): Promise<ChecklistStep> {
  return runStep({ id: "scopes", title: "It has the scopes for git" }, () =>
    withClient(async (client) => {
      const granted =
        (await fetchGrantedScopes(client)) ?? (repository && (await scopesAt(client, repository)));
      if (!granted)
        return {
          state: "unknown",
          seen: "Bitbucket does not show its scopes.",
          todo: "Compare them with docs/how-to/git.md.",
        };
      const needed =
        client.credentials.type === "api-token"
          ? ["read:repository:bitbucket", "write:repository:bitbucket"]
          : granted.includes("repository:write")
            ? ["repository:write"]
            : ["repository", "repository:write"];
      const missing = needed.filter((scope) => !granted.includes(scope));
      return missing.length === 0
        ? { state: "done", seen: needed.join(", "), todo: "" }
        : {
            state: "open",
            seen: `Missing: ${missing.join(", ")}.`,
            todo: "The scopes of a token cannot be changed: create a new one. Without write:repository, it can clone but not push.",
          };
    }),
  );
}

/** An access token only learns its scopes from requests it is allowed to make. */
async function scopesAt(client: Client, { workspace, slug }: RepositoryName): Promise<string[] | undefined> {
  const { headers } = await client.fetch(apiPath`/repositories/${workspace}/${slug}`, {
    query: { fields: "uuid" },
  });
  return headers["x-oauth-scopes"]?.split(/,\s*/).filter(Boolean);
}

function helper({ server, cwd, login }: ChecklistParts): Promise<ChecklistStep> {
  return runStep({ id: "git-helper", title: "Git gets its credential from the helper" }, async () => {
    const known = await login();
    const { stdout } = await runGit(["credential", "fill"], {
      cwd,
      env: { GIT_ASKPASS: "", SSH_ASKPASS: "", GCM_INTERACTIVE: "never" },
      input: `protocol=${server.protocol}\nhost=${server.host}\n\n`,
    });
    const password = /^password=(.*)$/m.exec(stdout)?.[1];
    if (password === undefined)
      return { state: "open", seen: "Git has none.", todo: "`npx bitbucket-as-code git setup`" };
    return password === known.password.reveal() || known.type === "oauth-client"
      ? { state: "done", seen: `For ${server.host}.`, todo: "" }
      : {
          state: "open",
          seen: "Git has another one, probably an old stored one.",
          todo: "`npx bitbucket-as-code git setup`, which disables other helpers for Bitbucket",
        };
  });
}

async function remote({ server, cwd, repository }: ChecklistParts): Promise<ChecklistStep> {
  const step = { id: "git-remote", title: "Git reaches a repository over HTTPS" };
  if (!repository)
    return {
      ...step,
      state: "unknown",
      seen: "No repository is set.",
      todo: "Run this in a clone, or pass --repository workspace/repository.",
    };
  const url = httpsUrl(repository, server);
  const result = await runGit(["ls-remote", "--quiet", "--heads", "--", url], {
    cwd,
    env: { GIT_ASKPASS: "", SSH_ASKPASS: "", GCM_INTERACTIVE: "never" },
  });
  return result.exitCode === 0
    ? { ...step, state: "done", seen: `git ls-remote ${url}`, todo: "" }
    : {
        ...step,
        state: "open",
        seen: `git ls-remote ${url}: ${maskSecrets(reasonOf(result))}`,
        todo: "See the previous steps.",
      };
}

function files({ findings, files: count, cwd }: ChecklistParts): ChecklistStep {
  const wrong = findings.filter(({ level }) => level === "broken" || level === "exposed");
  const step = { id: "files", title: "No file depends on an app password or a login that no longer works" };
  if (wrong.length === 0)
    return { ...step, state: "done", seen: `${formatCount(count, "file")} checked.`, todo: "" };
  const places = wrong
    .slice(0, 10)
    .map(({ path, line, rule }) => `${toShownPath(path, cwd)}:${line} (${rule})`);
  const more = wrong.length > places.length ? `, and ${wrong.length - places.length} more` : "";
  return {
    ...step,
    state: "open",
    seen: `${formatCount(wrong.length, "place")}: ${places.join(", ")}${more}.`,
    todo: "`npx bitbucket-as-code migrate audit` shows the replacements; `--fix` fixes git's own files.",
  };
}

function checkContinuously({ findings }: ChecklistParts): ChecklistStep {
  const names = new Set(
    findings.flatMap(({ rule, variable }) => (rule === "app-password" && variable ? [variable] : [])),
  );
  return {
    id: "ci",
    title: "CI and other services have new secrets",
    state: "manual",
    seen:
      names.size > 0
        ? `Variables named after app passwords: ${[...names].join(", ")}.`
        : "No variable in the checked files is named after one.",
    todo: "Set new secured variables in Pipelines, Jenkins, Terraform and wherever else something logs in, and remove the old ones.",
  };
}

const words: Readonly<Record<StepState, string>> = {
  done: "",
  open: "",
  unknown: " _(not checked)_",
  manual: " _(by hand)_",
};

export function formatChecklist(steps: readonly ChecklistStep[], at: Date): string {
  const done = steps.filter(({ state }) => state === "done").length;
  const lines = [
    "# Migrate from app passwords",
    "",
    `${done} of ${formatCount(steps.length, "step")} are done, as of ${at.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
    "",
  ];
  for (const { title, state, seen, todo } of steps) {
    lines.push(`- [${state === "done" ? "x" : " "}] **${title}**${words[state]}`);
    lines.push(`  ${seen}`);
    if (todo !== "") lines.push(`  To do: ${todo}`);
  }
  return `${lines.join("\n")}\n`;
}
