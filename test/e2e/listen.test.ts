/** The listener as a process: real deliveries of the emulator, and a thousand events with kills in between. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { reportSchema } from "../../src/drift";
import { type LogEntry, logSchema } from "../../src/listen/log";
import { startChats } from "../support/chat";
import { JiraStandIn } from "../support/jira";
import { type CliResult, Project } from "./support/project";

jest.setTimeout(240_000);

const secret = "mH2xWq81LsYdR5zN";
const names = Array.from({ length: 20 }, (_, index) => `r${index}`);
const yaml = `
workspace: acme
defaults: { repository: { project: PLAT, deletion: allow } }
profiles:
  standard: { description: by the profile, webhooks: { ci: { url: "https://ci.example.com/x", events: [repo:push] } } }
listen: { newRepositories: { match: svc-*, profiles: [standard] } }
projects: { PLAT: { name: Platform } }
repositories:
${names.map((name) => `  ${name}: {}`).join("\n")}
`;

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  await project.yaml(yaml);
  const up = await project.up();
  if (up.exitCode !== 0) throw new Error(up.output);
});
afterAll(() => project.close());

interface Listener {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
  readonly url: string;
  /** The entries so far. */
  entries(): LogEntry[];
  /** Resolves with the first entry that fits. */
  waitFor(fits: (entry: LogEntry) => boolean): Promise<LogEntry>;
}

async function startListener(
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Listener> {
  let printed = "";
  let look = () => {};
  const { child, result } = project.startCli(
    [
      "listen",
      "test",
      "--port",
      "0",
      "--settle",
      "100",
      "--json",
      "--report",
      "json=reports/{name}.json",
      ...args,
    ],
    (output) => {
      printed = output;
      look();
    },
    { BITBUCKET_WEBHOOK_SECRET: secret, ...env },
  );
  const entries = () =>
    printed
      .split("\n")
      .slice(0, -1)
      .filter((line) => line.startsWith('{"what":'))
      .map((line) => logSchema.parse(JSON.parse(line)));
  const waitFor = (fits: (entry: LogEntry) => boolean) =>
    new Promise<LogEntry>((done, fail) => {
      look = () => {
        const found = entries().find(fits);
        if (!found) return;
        look = () => {};
        done(found);
      };
      result.then(({ output }) => fail(new Error(`it ended: ${output}`)), fail);
      look();
    });
  const started = await waitFor(({ what }) => what === "started");
  if (started.what !== "started") throw new Error("it started");
  return { child, result, url: started.url, entries, waitFor };
}

async function stop({ child, result }: Listener): Promise<CliResult> {
  child.kill("SIGTERM");
  return result;
}

/** Resolves once no event waits. */
async function drain({ url }: Listener): Promise<void> {
  for (;;) {
    const health = await (await fetch(new URL("/healthz", url))).json();
    if ((health as { pending: number }).pending === 0) return;
    await new Promise((go) => setTimeout(go, 20));
  }
}

const looks = (listener: Listener) => listener.entries().filter((entry) => entry.what === "looked");

test("it takes the emulator's deliveries, reports drift, applies a profile, and refuses what is forged or replayed", async () => {
  const listener = await startListener();
  const hook = { uuid: `{${randomUUID()}}`, url: listener.url, active: true, secret };
  project.acme.hooks.set(hook.uuid, { ...hook, events: ["repo:created", "repo:updated", "repo:deleted"] });
  project.emulator.requests.length = 0;
  await project.somebody("PUT", "/repositories/acme/r3", { description: "changed by somebody" });
  const drifted = await listener.waitFor((entry) => entry.what === "looked" && entry.name === "r3");
  expect(drifted).toMatchObject({
    outcome: "findings",
    report: { findings: [{ name: "r3", case: "drift" }] },
  });
  expect(reportSchema.parse(JSON.parse(await project.read("reports/r3.json"))).findings).toHaveLength(1);
  const reads = project.emulator.requests.filter(({ method }) => method === "GET");
  expect(reads.length).toBeLessThanOrEqual(4);

  await project.somebody("POST", "/repositories/acme/svc-new", {
    project: { key: "PLAT" },
    is_private: true,
  });
  const applied = await listener.waitFor((entry) => entry.what === "looked" && entry.name === "svc-new");
  expect(applied).toMatchObject({
    outcome: "applied",
    applied: [{ kind: "Repository" }, { kind: "Webhook" }],
  });
  expect(project.repository("svc-new").description).toBe("by the profile");

  // What it wrote itself is an event as well.
  await project.emulator.settleDeliveries();
  await drain(listener);
  const before = looks(listener).length;
  project.emulator.requests.length = 0;
  const [delivered] = project.emulator.deliveries;
  if (!delivered) throw new Error("it was delivered");
  const send = async (headers: Record<string, string>, body = delivered.body) =>
    (await fetch(listener.url, { method: "POST", headers: { ...delivered.headers, ...headers }, body }))
      .status;
  expect(await send({ "x-attempt-number": "2" })).toBe(200);
  expect(await send({}, delivered.body.replace("changed", "forged"))).toBe(401);
  expect(await send({ "x-hub-signature": "" })).toBe(401);
  await drain(listener);
  expect(looks(listener)).toHaveLength(before);
  expect(project.emulator.requests).toEqual([]);

  project.acme.hooks.delete(hook.uuid);
  const { exitCode, stdout } = await stop(listener);
  expect(exitCode).toBe(0);
  expect(stdout.trim().split("\n").at(-1)).toContain('"what":"stopped"');
  expect(stdout).not.toContain(secret);
});

test("drift of an event is proposed, told and closed as drift does it, of its repository alone", async () => {
  const repo = "/repositories/acme/infrastructure";
  await project.somebody("POST", repo, { project: { key: "PLAT" }, is_private: true });
  const form = new FormData();
  form.set("/stacks/test.yaml", new Blob([yaml]), "test.yaml");
  form.set("message", "By hand");
  form.set("branch", "main");
  const { BITBUCKET_EMAIL: email, BITBUCKET_TOKEN: token } = project.env;
  const authorization = `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}`;
  await fetch(`${project.emulator.url}${repo}/src`, {
    method: "POST",
    headers: { authorization },
    body: form,
  });
  const secrets = { jira: "pT5yW8qLc2Zr6VnB", chat: "kF9sM3xJd7Gt4HwU" };
  const jira = await JiraStandIn.start("bot@acme.example", secrets.jira);
  const chats = await startChats(secrets.chat);
  const listener = await startListener(
    ["--open-pull-request", "acme/infrastructure", "--notify", "slack", "jira"],
    {
      BITBUCKET_JIRA_URL: jira.url,
      BITBUCKET_JIRA_EMAIL: "bot@acme.example",
      BITBUCKET_JIRA_TOKEN: secrets.jira,
      BITBUCKET_JIRA_PROJECT: "OPS",
      BITBUCKET_SLACK_WEBHOOK: chats.slack,
    },
  );
  const hook = { uuid: `{${randomUUID()}}`, url: listener.url, active: true, secret };
  project.acme.hooks.set(hook.uuid, { ...hook, events: ["repo:created", "repo:updated", "repo:deleted"] });
  const change = async (name: string, description: string) => {
    const before = looks(listener).length;
    await project.somebody("PUT", `/repositories/acme/${name}`, { description });
    await listener.waitFor(() => looks(listener).length > before);
    await drain(listener);
  };
  const requests = async (state: string) => {
    const path = `${repo}/pullrequests?state=${state}&fields=values.title,values.source.branch.name`;
    const { values } = (await project.somebody("GET", path)) as {
      values: { title: string; source: { branch: { name: string } } }[];
    };
    return values.map(({ title, source }) => `${title}: ${source.branch.name}`);
  };
  await change("r5", "by hand");
  await change("r6", "by hand");
  const proposals = ["r5", "r6"].map(
    (name) => `Adopt drift of ${name} in test: bitbucket-as-code-drift-test+${name}`,
  );
  expect((await requests("OPEN")).sort()).toEqual(proposals);
  expect(chats.messages.map(({ text }) => /r[56]/.exec(text)?.[0])).toEqual(["r5", "r6"]);
  expect(jira.textOf("OPS-1")).toContain("r5");
  // Another event without another drift.
  await project.somebody("PUT", "/repositories/acme/r5", { website: "https://acme.example" });
  await project.somebody("PUT", "/repositories/acme/r5", { website: "" });
  await drain(listener);
  expect(chats.messages).toHaveLength(2);
  await change("r5", "");
  expect(await requests("DECLINED")).toEqual(proposals.slice(0, 1));
  expect(await requests("OPEN")).toEqual(proposals.slice(1));
  await project.emulator.settleDeliveries();
  await drain(listener);

  // Created by hand, and deleted again: nothing that the stack manages.
  await project.somebody("POST", "/repositories/acme/by-hand", {
    project: { key: "PLAT" },
    is_private: true,
  });
  await listener.waitFor((entry) => entry.what === "looked" && entry.name === "by-hand");
  await drain(listener);
  expect(chats.messages.at(-1)?.text).toMatch(/by-hand.*The YAML does not declare it/s);
  project.acme.hooks.delete(hook.uuid);
  const { output } = await stop(listener);
  expect(output).toMatch(/Jira issue OPS-1: closed/);
  for (const told of [output, JSON.stringify(chats.messages), jira.textOf("OPS-2")])
    for (const one of [secret, secrets.jira, secrets.chat]) expect(told).not.toContain(one);
  await jira.close();
  await chats.close();
  await project.somebody("PUT", "/repositories/acme/r6", { description: "" });
});

test("a thousand events with kills in between are each handled once", async () => {
  const uuids = names.map((name) => project.repository(name).uuid);
  const workspace = { uuid: project.acme.uuid };
  const all = Array.from({ length: 1000 }, (_, index) => ({
    id: randomUUID(),
    body: JSON.stringify({ repository: { uuid: uuids[index % uuids.length], workspace }, index }),
  }));
  const signatures = all.map(({ body }) => createHmac("sha256", secret).update(body).digest("hex"));
  const kills = [150, 333, 500, 801, 990];
  project.emulator.requests.length = 0;
  let listener = await startListener();
  let restart: Promise<void> | undefined;
  let acknowledged = 0;

  async function deliver(index: number): Promise<void> {
    const event = all[index];
    if (!event) return;
    for (let attempt = 1; ; attempt += 1) {
      await restart;
      const answer = await fetch(listener.url, {
        method: "POST",
        body: event.body,
        headers: {
          "content-type": "application/json",
          "x-event-key": "repo:updated",
          "x-request-uuid": event.id,
          "x-attempt-number": String(Math.min(attempt, 3)),
          "x-hub-signature": `sha256=${signatures[index]}`,
        },
      }).catch(() => undefined);
      if (answer?.status === 200) return;
      if (answer) throw new Error(`${answer.status} ${await answer.text()}`);
    }
  }

  async function work(index: number): Promise<void> {
    for (let next = index; next < all.length; next += 8) {
      await deliver(next);
      acknowledged += 1;
      if (acknowledged !== kills[0]) continue;
      kills.shift();
      listener.child.kill("SIGKILL");
      restart = listener.result.then(async () => {
        listener = await startListener();
      });
    }
  }

  await Promise.all(Array.from({ length: 8 }, (_, index) => work(index)));
  await restart;
  expect(kills).toEqual([]);
  // Attempts of events that are acknowledged, as if the answer had been lost.
  for (const index of [0, 151, 400, 999]) await deliver(index);
  await drain(listener);
  expect((await stop(listener)).exitCode).toBe(0);

  const journal = (await project.read(".listen/test/journal.jsonl")).trim().split("\n");
  const handled = journal.map((line) => (JSON.parse(line) as { id: string }).id);
  const ours = new Set<string>(all.map(({ id }) => id));
  expect(handled.filter((id) => ours.has(id)).sort()).toEqual([...ours].sort());
  expect(await readdir(`${project.folder}/.listen/test/queue`)).toEqual([]);
  // Each repository once for many events.
  expect(project.emulator.requests.length).toBeLessThan(1000);
  expect(project.writes).toEqual([]);
});

test("the commands of the container start it, tell its health, and end it", async () => {
  const file = readFileSync(join(__dirname, "../../container/Containerfile"), "utf8");
  const listOf = (instruction: string) =>
    JSON.parse(new RegExp(`^${instruction}.*?(\\[.*\\])$`, "m").exec(file)?.[1] ?? "[]") as string[];
  const [program = "", ...entry] = listOf("ENTRYPOINT");
  expect(program).toBe("node");
  const queue = join(project.folder, "queue-of-the-container");
  // The last of two options counts: the port and the folder are the image's.
  const args = [...entry, "test", "--host", "127.0.0.1", "--port", "0", "--queue", queue];
  const env = { ...process.env, ...project.env, BITBUCKET_WEBHOOK_SECRET: secret };
  const child = spawn(process.execPath, args, { cwd: project.folder, env });
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  let printed = "";
  const url = await new Promise<string>((done, fail) => {
    child.stdout.on("data", (data) => {
      printed += data;
      const [line = ""] = printed.split("\n");
      if (!printed.includes("\n")) return;
      const started = logSchema.parse(JSON.parse(line));
      if (started.what === "started") done(started.url);
    });
    child.stderr.on("data", (data) => fail(new Error(String(data))));
  });
  const [node = "", ...check] = listOf("HEALTHCHECK");
  expect(node).toBe("node");
  const healthOf = (address: string) =>
    new Promise<number | null>((done) => {
      const script = check.map((part) => part.replace("http://127.0.0.1:8080", address));
      spawn(process.execPath, script).once("exit", done);
    });
  expect(await healthOf(new URL(url).origin)).toBe(0);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(await healthOf(new URL(url).origin)).toBe(1);
  expect(await readdir(join(queue, "queue"))).toEqual([]);
});

test.each([
  [[], /There is no secret to check signatures with\. Set BITBUCKET_WEBHOOK_SECRET/],
  [["--unsigned", "--report", "json=all.json"], /all\.json must contain \{name\}/],
])("with %j it does not start", async (args, message) => {
  const { exitCode, output } = await project.cli(["listen", "test", "--port", "0", ...args]);
  expect(exitCode).toBe(1);
  expect(output).toMatch(message);
});
