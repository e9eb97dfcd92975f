/**
 * Recovers a run that was killed at any moment, with checkpoints skipped, without a duplicate and without a
 * loss.
 */
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kill, processesWith, type RunningProcess, randomFrom, until } from "./support/processes";
import { type Deployment, Project } from "./support/project";

jest.setTimeout(600_000);

/** `KILL_SEED` and `KILL_ROUNDS` select other and more moments than the default ones. */
const seed = Number(process.env.KILL_SEED ?? 20261125);
const rounds = Number(process.env.KILL_ROUNDS ?? 3);

const names = Array.from({ length: 4 }, (_, index) => `service-${index}`);
const yaml = `
workspace: acme
shards: { patterns: { rest: "service-[23]" } }
projects: { PLAT: { name: Platform, description: What all build on } }
webhooks: { audit: { url: "https://audit.example.com", events: [repo:created] } }
defaults:
  repository: { project: PLAT }
repositories:
${names
  .map(
    (name, index) => `  ${name}:
    pipelinesEnabled: true
    webhooks: { ci: { url: "https://ci${index}.example.com/hook", events: [repo:push], secret: { fromEnv: HOOK } } }
    variables: { LOG_LEVEL: info, TOKEN: { fromEnv: TOKEN } }
    branchRestrictions: { no-force: { kind: force, pattern: main } }
    environments: { Production: { type: Production, adminOnly: true, variables: { REGION: eu } } }`,
  )
  .join("\n")}
`;
/** Each repository takes eight requests: itself, Pipelines, and its members. */
const allWrites = 2 + names.length * 8;

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  Object.assign(project.env, { HOOK: "value of HOOK in repair", TOKEN: "value of TOKEN in repair" });
  await project.yaml(yaml);
});
afterAll(() => project.close());

/** The ids of everything in the workspace that the YAML concerns. */
function live(): string[] {
  const { acme } = project;
  return [
    ...[...acme.projects.values()].map(({ uuid }) => uuid),
    ...[...acme.hooks.values()].map(({ uuid }) => uuid),
    ...[...acme.repositories.values()].flatMap((repository) => [
      repository.uuid,
      ...[...repository.hooks.values()].map(({ uuid }) => uuid),
      ...[...repository.variables.values()].map(({ uuid }) => uuid),
      ...[...repository.restrictions.values()].map(({ id }) => String(id)),
      ...[...repository.environments.values()].flatMap((one) => [
        one.uuid,
        ...[...one.variables.values()].map(({ uuid }) => uuid),
      ]),
    ]),
  ].sort();
}

async function states(): Promise<Deployment[]> {
  return Promise.all((await project.stacks()).map((name) => project.deployment(name)));
}

function heldIn(all: readonly Deployment[]): string[] {
  return all
    .flatMap(({ resources }) => resources ?? [])
    .flatMap(({ type, id }) => (type.startsWith("bitbucket-cloud:index:") && id ? [id] : []))
    .sort();
}

const targets: Readonly<Record<string, (one: RunningProcess) => boolean>> = {
  engine: ({ command }) => /^\S*pulumi up /.test(command),
  program: ({ command }) => /pulumi-language-yaml/.test(command),
  provider: ({ command }) => /pulumi-resource-bitbucket-cloud/.test(command),
  everything: () => true,
};

test("kills at random moments, each followed by a repair, end in the desired state", async () => {
  const random = randomFrom(seed);
  const mark = `BITBUCKET_API_URL=${project.emulator.url}`;
  const story: string[] = [`KILL_SEED=${seed}`];
  const killed: (number | undefined)[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const left = allWrites - project.writes.length;
    const moment = project.writes.length + 1 + Math.floor((random() * left) / (rounds - round));
    const target = Object.keys(targets)[Math.floor(random() * 4)] ?? "everything";
    story.push(`${target} at write ${moment}`);
    const { child } = project.startCli(
      ["up", "test", "--yes", "--skip-preview", "--skip-checkpoints"],
      () => {},
    );
    killed.push(child.pid);
    let ended = false;
    child.on("exit", () => {
      ended = true;
    });
    await until(() => ended || project.writes.length >= moment);
    for (const one of processesWith(mark).filter(targets[target] ?? (() => true))) kill(one);
    await until(() => ended, 50);
    // Providers whose engines were killed; those without work yet stay forever.
    for (const one of processesWith(mark)) kill(one);
    await until(() => processesWith(mark).length === 0, 50);

    const repair = await project.cli(["repair", "test", "--yes"]);
    const told = `${story.join("; ")}\n${repair.output}`;
    expect({ told, exitCode: repair.exitCode }).toEqual({ told, exitCode: 0 });
    const after = await states();
    expect(after.flatMap(({ pending_operations }) => pending_operations ?? [])).toEqual([]);
    expect({ told, held: heldIn(after) }).toEqual({ told, held: live() });
  }
  expect((await project.cli(["repair", "test", "--yes"])).output).toMatch(/Nothing to repair/);
  expect(project.writes.filter((write) => write.startsWith("DELETE"))).toEqual([]);

  const up = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect({ story, ...up }).toMatchObject({ story, exitCode: 0 });
  expect([...project.acme.repositories.keys()].sort()).toEqual(names);
  for (const repository of project.acme.repositories.values()) {
    expect(repository.pipelinesEnabled).toBe(true);
    expect(repository.hooks.size).toBe(1);
    expect([...repository.variables.values()].map(({ key }) => key).sort()).toEqual(["LOG_LEVEL", "TOKEN"]);
    expect(repository.restrictions.size).toBe(1);
    expect([...repository.environments.values()].map((one) => [one.adminOnly, one.variables.size])).toEqual([
      [true, 1],
    ]);
  }
  expect(heldIn(await states())).toEqual(live());
  const preview = await project.cli(["preview", "test", "--expect-no-changes"]);
  expect(preview).toMatchObject({ exitCode: 0 });
  expect(await project.stateFiles()).not.toMatch(/value of HOOK in repair|value of TOKEN in repair/);
  // The killed runs' shared files are gone too.
  const kept = readdirSync(tmpdir()).flatMap(
    (name) => name.match(/^bitbucket-as-code-run-(\d+)-/)?.[1] ?? [],
  );
  expect(kept.filter((pid) => killed.includes(Number(pid)))).toEqual([]);
});

test("what has gone goes out of the state, what differs is left alone, and nothing is written to Bitbucket", async () => {
  const writes = project.writes.length;
  const [first, second] = names.map((name) => project.repository(name));
  first?.hooks.clear();
  // The state loses a repository that somebody changed meanwhile.
  const preview = await project.cli(["repair", "test", "--dry-run"]);
  expect(preview.output).toMatch(/- Webhook service-0:ci no longer exists/);
  expect(preview.output).toMatch(/1 to remove from the state\nNothing was written/);
  const repair = await project.cli(["repair", "test", "--yes"]);
  expect(repair.output).toMatch(/1 removed from the state/);
  expect(repair.exitCode).toBe(0);
  expect(heldIn(await states())).toEqual(live());

  if (second) second.description = "by hand";
  const urn = "urn:pulumi:test::bitbucket::bitbucket-cloud:index:Repository::service-1";
  const flags = ["--target-dependents", "--force", "--yes", "--stack", "test"];
  expect(await project.pulumi(["state", "delete", urn, ...flags])).toMatchObject({ exitCode: 0 });
  const differing = await project.cli(["repair", "test", "--yes"]);
  expect(differing.output).toMatch(
    /! Repository service-1 exists and differs .* in description: not changed/,
  );
  expect(differing.exitCode).toBe(1);
  expect(project.writes).toHaveLength(writes);
});

test("a run that is under way is left alone, and the lock of one that was killed is released", async () => {
  await project.yaml(yaml.replace("What all build on", "What all of us build on"));
  project.emulator.addFault({ kind: "latency", method: "PUT", path: "/projects/PLAT", milliseconds: 30_000 });
  const run = project.startCli(["up", "test", "--yes", "--skip-preview"], () => {});
  const locks = join(project.folder, "state", ".pulumi", "locks");
  const isLocked = () =>
    existsSync(locks) &&
    readdirSync(locks, { recursive: true }).some((name) => /\btest\b.*\.json$/.test(String(name)));
  await until(isLocked, 20);
  const refused = await project.cli(["repair", "test", "--yes"]);
  expect(refused.output).toMatch(/A run is in progress on the stack test: process \d+ on this machine/);
  expect(refused.exitCode).toBe(1);
  expect(isLocked()).toBe(true);

  const mark = `BITBUCKET_API_URL=${project.emulator.url}`;
  // A process that is just being started escapes a single look, and would wait forever.
  await until(() => {
    const left = processesWith(mark);
    for (const one of left) kill(one);
    return left.length === 0;
  }, 50);
  await run.result;
  project.emulator.clearFaults();
  const locked = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(locked.output).toMatch(
    /No such process runs on this machine any more.*bitbucket-as-code repair test/,
  );
  expect(locked.output).toMatch(/test: up failed[^,]*\sfailed, [\d.]+ s/);
  const released = await project.cli(["repair", "test", "--yes"]);
  expect(released.output).toMatch(/test is locked: held by [\s\S]*the locks? of test\b.* released/);
  expect(isLocked()).toBe(false);
});

test("without --yes and without a terminal nothing is begun", async () => {
  const { output, exitCode } = await project.cli(["repair", "test"]);
  expect(output).toMatch(/stdin is not a terminal/);
  expect(exitCode).toBe(1);
});
