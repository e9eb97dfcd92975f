/** Stops managing resources without changing them. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const api = `
  api:
    project: PLAT
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }
    environments: { Test: { type: Test, variables: { A: b } } }`;
const hook = `, webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }`;
const yaml = (repositories: string, ofWeb: string) => `
workspace: acme
shards: { patterns: { front: "w*" } }
projects:
  PLAT: { name: Platform }
repositories:${repositories}
  web: { project: PLAT${ofWeb}, variables: { A: b } }
`;

let project: Project;
beforeAll(async () => {
  project = await Project.startWithVault();
  await project.runOn("yaml");
  await project.yaml(yaml(api, hook));
  expect((await project.cli(["up", "test", "--yes", "--skip-preview"])).exitCode).toBe(0);
  project.emulator.requests.length = 0;
});
afterAll(() => project.close());

const ids = () =>
  [...project.acme.repositories.values()].flatMap(({ uuid, hooks, environments }) => [
    uuid,
    ...hooks.keys(),
    ...environments.keys(),
  ]);

test("nothing is forgotten unasked, or where nothing matches", async () => {
  const unasked = await project.cli(["forget", "test", "api"]);
  expect(unasked.output).toMatch(/4 to be forgotten/);
  expect(unasked.output).toContain("stdin is not a terminal");
  expect(unasked.exitCode).toBe(1);
  const wrong = await project.cli(["forget", "test", "apy", "--yes"]);
  expect(wrong.output).toMatch(/contains nothing that matches apy/);
  expect(wrong.exitCode).toBe(1);
});

test("a repository goes with all that is in it, in every shard, and stays as it is on the server", async () => {
  const { output, exitCode } = await project.cli(["forget", "test", "Repository api", "*:ci", "--yes"]);
  expect(output).toMatch(/ {2}Repository api \(test\)\n/);
  expect(output).toMatch(/ {2}PipelineVariable api:Test:A \(test\) \(belongs to one of them\)\n/);
  expect(output).toMatch(/ {2}Webhook web:ci \(test\.front\)\n/);
  expect(output).toMatch(/5 forgotten\. Nothing was changed in Bitbucket/);
  expect(output).toMatch(
    /stacks\/test\.yaml:7:3 repositories\.api\n {2}stacks\/test\.yaml:11:.* repositories\.web\.webhooks\.ci/,
  );
  expect(exitCode).toBe(0);
  expect(project.emulator.requests).toEqual([]);
});

test("out of the YAML as well, a preview shows nothing; left in it, they are taken into management again", async () => {
  const before = ids();
  await project.yaml(yaml("", ""));
  const gone = await project.cli(["preview", "test", "--expect-no-changes"]);
  expect(gone.output).toMatch(/3 unchanged/);
  expect(gone.exitCode).toBe(0);
  await project.yaml(yaml(api, hook));
  const back = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(back.output).toMatch(/5 adopted, 3 unchanged/);
  expect(ids()).toEqual(before);
});

test("changed by somebody meanwhile, an import does not take them into the state without consent, as an up does not", async () => {
  expect((await project.cli(["forget", "test", "Repository api", "Webhook web:ci", "--yes"])).exitCode).toBe(
    0,
  );
  const { uuid = "" } = [...project.repository("web").hooks.values()][0] ?? {};
  await project.somebody("PUT", `/repositories/acme/web/hooks/${encodeURIComponent(uuid)}`, {
    url: "https://ci.example.com/hook",
    description: "theirs",
    active: false,
    events: ["repo:fork"],
  });
  project.emulator.requests.length = 0;
  const imported = await project.cli(["import", "acme", "--stack", "test"]);
  expect(imported.output).toMatch(/4 resources were added to the state of test\n/);
  expect(imported.output).not.toMatch(/added to the state of test\.front/);
  expect(imported.output).toMatch(/differ.*\n {2}- Webhook web:ci: description, events, active\n/);
  expect(imported.output).toMatch(/"adopt: true".*--adopt/);
  expect(imported.exitCode).toBe(0);
  const refused = await project.cli(["up", "test", "--yes"]);
  expect(refused.output).toMatch(/Webhook web:ci: exists \(id .*\) and differs from its declaration/);
  expect(refused.exitCode).not.toBe(0);
  expect(project.writes).toEqual([]);

  const adopted = await project.cli(["import", "acme", "--stack", "test", "--adopt"]);
  expect(adopted.output).toMatch(
    /added to the state of test\.front[\s\S]*The next up changes.*\n {2}- Webhook web:ci: description, events, active\n/,
  );
  const up = await project.cli(["up", "test", "--yes"]);
  expect(up.output).toMatch(/1 updated/);
  expect(project.writes).toEqual([expect.stringContaining("PUT /repositories/acme/")]);
});

test("a creation that an earlier run was interrupted at is told once, and cleared by the up that settles it", async () => {
  const path = join(project.folder, "state", ".pulumi", "stacks", "bitbucket", "test.json");
  const file = z.object({
    checkpoint: z.looseObject({
      latest: z.looseObject({ resources: z.array(z.record(z.string(), z.unknown())) }),
    }),
  });
  const held = file.loose().parse(JSON.parse(await readFile(path, "utf8")));
  const { latest } = held.checkpoint;
  const {
    id: _,
    outputs: __,
    ...resource
  } = latest.resources.find(({ urn }) => /::api$/.test(String(urn))) ?? {};
  const renamed = { ...resource, urn: String(resource.urn).replace(/::api$/, "::late") };
  latest.pending_operations = [{ type: "creating", resource: renamed }];
  await writeFile(path, JSON.stringify(held));
  await project.yaml(yaml(`${api}\n  late: { project: PLAT }`, hook));

  const preview = await project.cli(["preview", "test"]);
  expect(
    preview.output.match(
      /An earlier run was interrupted, or is still in progress, while creating Repository late\./g,
    ),
  ).toHaveLength(1);
  expect(preview.output).toMatch(/npx bitbucket-as-code repair test/);
  expect(await readFile(path, "utf8")).toContain("pending_operations");
  const up = await project.cli(["up", "test", "--yes"]);
  expect(up.output).toMatch(
    /interrupted while creating Repository late: settled, and cleared from the state/,
  );
  expect(up.output).not.toMatch(/AWS|pulumi refresh|repair/);
  expect(up.output).toMatch(/1 created/);
  expect(up.exitCode).toBe(0);
  expect(await readFile(path, "utf8")).not.toContain("pending_operations");
  const again = await project.cli(["preview", "test", "--expect-no-changes"]);
  expect(again.output).not.toMatch(/interrupted/);
  expect(again.exitCode).toBe(0);
});
