/**
 * Drift becomes work, and permissions end, as people run it: a real engine, the emulator with a clone's repository, and
 * stand-ins of Slack, Teams and Jira.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../emulator/support";
import { startChats } from "../support/chat";
import { JiraStandIn } from "../support/jira";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const repo = "/repositories/acme/infrastructure";
const branch = "bitbucket-as-code-drift-test";
const secrets = {
  variable: "zQ5wT8nKx3Vb7RmL",
  changed: "uJ4cM9pXs6Yd2HgF",
  jira: "eW7kB2vNz8Lq5TtR",
  chat: "gS3hD6jPm9Xc4VwQ",
};
const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
const yaml = (permission: string) => `workspace: acme
existing: { projects: [PLAT], repositories: [infrastructure] }
repositories:
  api:
    project: PLAT
    description: The API # ours
    variables:
      TOKEN: { fromEnv: API_TOKEN_FOR_TEST }
    userPermissions:
      bob@acme.example: ${permission}
`;

let project: Project;
let jira: JiraStandIn;
let chats: Awaited<ReturnType<typeof startChats>>;
let env: Record<string, string>;

beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  jira = await JiraStandIn.start("bot@acme.example", secrets.jira);
  chats = await startChats(secrets.chat);
  env = {
    API_TOKEN_FOR_TEST: secrets.variable,
    BITBUCKET_JIRA_URL: jira.url,
    BITBUCKET_JIRA_EMAIL: "bot@acme.example",
    BITBUCKET_JIRA_TOKEN: secrets.jira,
    BITBUCKET_JIRA_PROJECT: "OPS",
    BITBUCKET_SLACK_WEBHOOK: chats.slack,
    BITBUCKET_TEAMS_WEBHOOK: chats.teams,
  };
  await project.somebody("POST", "/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
  await project.somebody("POST", repo, { project: { key: "PLAT" }, is_private: true });
  await project.yaml(yaml(`{ permission: write, until: ${soon} }`));
  execFileSync("git", ["init", "--quiet"], { cwd: project.folder });
  await commitYaml();
});
afterAll(async () => {
  await project.close();
  await jira.close();
  await chats.close();
});

/** What is in the folder becomes what the main branch has. */
async function commitYaml(): Promise<void> {
  const form = new FormData();
  const text = readFileSync(join(project.folder, "stacks/test.yaml"), "utf8");
  form.set("/stacks/test.yaml", new Blob([text]), "test.yaml");
  form.set("message", "By hand");
  form.set("branch", "main");
  const answer = await fetch(`${project.emulator.url}${repo}/src`, {
    method: "POST",
    headers: login(),
    body: form,
  });
  expect(answer.status).toBe(201);
}

const ask = (method: string, path: string, body?: unknown) =>
  project.somebody(method, path, body) as Promise<Json>;

async function proposed(path = "stacks/test.yaml"): Promise<string> {
  const { hash } = (await ask("GET", `${repo}/refs/branches/${branch}`)).target;
  const response = await fetch(`${project.emulator.url}${repo}/src/${hash}/${path}`, {
    headers: login(),
  });
  return response.text();
}

function login() {
  const { BITBUCKET_EMAIL: email, BITBUCKET_TOKEN: token } = project.env;
  return { authorization: `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}` };
}

const drift = (...args: string[]) => project.cli(["drift", "test", ...args], env);
const permissions = async () =>
  (await ask("GET", "/repositories/acme/api/permissions-config/users")).values.map(
    ({ permission }: { permission: string }) => permission,
  );

test("drift is proposed, told and closed, and no secret is in any of it", async () => {
  const up = await project.cli(["up", "test", "--yes"], env);
  expect(up.output).toMatch(
    new RegExp(
      `warning: .*ends with ${soon} \\(UTC\\), in 3 days: an apply from .* on deletes .*api:bob@acme\\.example \\(write\\)`,
    ),
  );
  expect(up.exitCode).toBe(0);

  // Somebody opens the secret, and changes what is not secret.
  const [variable] = (await ask("GET", "/repositories/acme/api/pipelines_config/variables")).values;
  await project.somebody(
    "PUT",
    `/repositories/acme/api/pipelines_config/variables/${encodeURIComponent(variable.uuid)}`,
    {
      key: "TOKEN",
      value: secrets.changed,
      secured: false,
    },
  );
  await project.somebody("PUT", "/repositories/acme/api", { description: "Changed by hand" });

  const work = ["--open-pull-request", "acme/infrastructure", "--notify", "slack", "teams", "jira"];
  const found = await drift(...work);
  expect(found.output).toMatch(
    /Not adopted: pipeline variable api:TOKEN: value is a secret, which anybody could read then/,
  );
  expect(found.output).toMatch(/Pull request #1: created\n/);
  expect(found.output).toMatch(/Posted to Slack\nPosted to Teams\nJira issue OPS-1: created/);
  expect(found.exitCode).toBe(2);
  const request = await ask("GET", `${repo}/pullrequests/1`);
  expect(request).toMatchObject({ title: "Adopt drift of test", source: { branch: { name: branch } } });
  const text = await proposed();
  expect(text).toBe(
    yaml(`{ permission: write, until: ${soon} }`).replace("The API # ours", "Changed by hand # ours"),
  );
  for (const secret of [secrets.variable, secrets.changed, secrets.jira, secrets.chat])
    for (const told of [
      text,
      JSON.stringify(request),
      jira.textOf("OPS-1"),
      JSON.stringify(chats.messages),
      found.output,
    ])
      expect(told).not.toContain(secret);

  // An address that does not answer fails nothing else, and is no success.
  chats.outages.push({ status: 404 });
  const again = await drift("--exit-zero", ...work);
  expect(again.output).toMatch(/Pull request #1: unchanged\n/);
  expect(again.output).toMatch(
    /Not delivered: Slack \(BITBUCKET_SLACK_WEBHOOK\) answered 404 to the message/,
  );
  expect(again.output).toMatch(/Jira issue OPS-1: unchanged/);
  expect(again.exitCode).toBe(1);

  // The same pull request describes the apply instead: the YAML is main's again.
  const reverted = await drift("--open-pull-request", "acme/infrastructure", "--revert");
  expect(reverted.output).toMatch(/Pull request #1: updated\n/);
  expect(await proposed()).toBe(yaml(`{ permission: write, until: ${soon} }`));
  expect(await proposed("drift-test.md")).toMatch(/Revert drift of test.*\n.*api:TOKEN/s);
  expect(await proposed("drift-test.md")).not.toContain(secrets.changed);
  expect(await ask("GET", `${repo}/pullrequests/1`)).toMatchObject({ title: "Revert drift of test" });

  expect((await project.cli(["up", "test", "--yes"], env)).exitCode).toBe(0);
  const gone = await drift(...work);
  expect(gone.output).toMatch(/Pull request #1: declined\n/);
  expect(gone.output).toMatch(/Jira issue OPS-1: closed/);
  expect(gone.exitCode).toBe(0);
  expect(chats.messages).toHaveLength(3);
});

test("what somebody created and deleted is proposed as well, and merged it is adopted", async () => {
  await project.somebody("POST", "/repositories/acme/api/hooks", {
    description: "By hand",
    url: "https://hooks.acme.example/new",
    active: true,
    events: ["repo:push"],
  });
  const before = readFileSync(join(project.folder, "stacks/test.yaml"), "utf8");
  const { values } = await ask("GET", "/repositories/acme/api/permissions-config/users");
  const path = `/repositories/acme/api/permissions-config/users/${encodeURIComponent(values[0].user.uuid)}`;
  await ask("DELETE", path);
  const work = ["--unmanaged", "--open-pull-request", "acme/infrastructure"];
  expect((await drift(...work)).output).toMatch(/Pull request #2: created\n/);
  const text = await proposed();
  expect(text).toBe(
    before.replace(
      / {4}userPermissions:\n.*\n/,
      "    webhooks:\n      By hand:\n        url: https://hooks.acme.example/new\n        events: [repo:push]\n",
    ),
  );
  expect((await drift(...work)).output).toMatch(/Pull request #2: unchanged\n/);

  // Merged.
  await project.yaml(text);
  await commitYaml();
  const up = await project.cli(["up", "test", "--yes"], env);
  expect(up.output).toMatch(/^1 adopted, 2 unchanged/m);
  expect((await drift(...work)).output).toMatch(/Pull request #2: declined\n/);
  await project.yaml(before);
  await commitYaml();
  expect((await project.cli(["up", "test", "--yes"], env)).exitCode).toBe(0);
  expect(await permissions()).toEqual(["write"]);
});

test("a permission is deleted by the first apply after its last day, and named", async () => {
  expect(await permissions()).toEqual(["write"]);
  await project.yaml(yaml("{ permission: write, until: 2026-01-31 }"));
  const ended =
    /ended with 2026-01-31 \(UTC\): no longer desired, and deleted by the next apply if it is still there: repository permission of a user api:bob@acme\.example \(write\)/;
  const preview = await project.cli(["preview", "test"], env);
  expect(preview.output).toMatch(ended);
  expect(preview.stdout).toMatch(/- RepositoryUserPermission api:bob@acme\.example/);
  expect((await drift()).output).toMatch(ended);
  const up = await project.cli(["up", "test", "--yes"], env);
  expect(up.output).toMatch(ended);
  expect(await permissions()).toEqual([]);

  const review = await project.cli(["access-review", "test", "--json", "--jira"], env);
  expect(JSON.parse(review.stdout)).toMatchObject({ stack: "test", complete: true });
  expect(review.output).toMatch(/Jira issue OPS-\d: created/);
});

test("mistakes are said before anything is read", async () => {
  const missing = await project.cli(["drift", "test", "--notify", "jira"], {
    ...env,
    BITBUCKET_JIRA_TOKEN: "",
  });
  expect(missing.output).toMatch(/BITBUCKET_JIRA_TOKEN is not set: an API token for Jira/);
  expect(missing.exitCode).toBe(1);
  const alone = await project.cli(["drift", "test", "--revert"], env);
  expect(alone.output).toMatch(/--revert says what --open-pull-request proposes: write both/);
});
