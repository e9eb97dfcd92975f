/** Everything in a workspace, with one request per collection page; and the unreadable parts. */

import { exampleTokens } from "../../packages/emulator/src";
import { createClient, Secret } from "../../src/bitbucket";
import * as all from "../../src/kinds";
import type { Kind } from "../../src/kinds/kind";
import { LiveReader, type SurveyedObject, surveyedKinds, surveyWorkspace } from "../../src/live";
import { World } from "../kinds/support";
import { takeViolations } from "../support/violations";

jest.setTimeout(60_000);

let world: World;
let repository: string;
let project: string;
let environment: string;
const path = () => `/repositories/acme/${encodeURIComponent(repository)}`;
const post = (place: string, body: unknown) => world.client.send({ method: "POST", path: place, body });

beforeEach(async () => {
  world = await World.start();
  const place = await world.parent("environment");
  repository = String(place.repository);
  environment = String(place.environment);
  const found = await world.run().live.read(all.repository, { workspace: "acme" }, repository);
  project = String(found?.args.project);
  await post(`${path()}/hooks`, {
    url: "https://ci.example.com",
    description: "",
    active: true,
    events: ["repo:push"],
  });
  for (const key of ["A", "B"])
    await post(`${path()}/pipelines_config/variables`, { key, value: key, secured: key === "B" });
  await post(`${path()}/deployments_config/environments/${encodeURIComponent(environment)}/variables`, {
    key: "REGION",
    value: "eu",
  });
  await post("/workspaces/acme/pipelines-config/variables", { key: "SHARED", value: "1" });
  world.emulator.requests.length = 0;
});
afterEach(() => world.close());

const label = ({ kind, at, found }: SurveyedObject) =>
  [kind.name, at.project, at.repository, at.environment, found.args.key ?? found.args.name ?? found.args.url]
    .filter((part) => part !== undefined)
    .join(" ");

test("all that is there is found, with where it lives and what it belongs to, in one read for each collection", async () => {
  const steps: { done: number; total: number }[] = [];
  const { objects, unreadable } = await surveyWorkspace(world.run().live, {
    workspace: "acme",
    onProgress: (progress) => steps.push(progress),
  });
  expect(unreadable).toEqual([]);
  expect(objects.map(label)).toEqual(
    expect.arrayContaining([
      `Project ${project}`,
      "Repository repository-1",
      `DeploymentEnvironment ${repository} Production`,
      `Webhook ${repository} https://ci.example.com/`,
      `PipelineVariable ${repository} A`,
      `PipelineVariable ${repository} B`,
      `PipelineVariable ${repository} ${environment} REGION`,
      "PipelineVariable SHARED",
      `BranchingModel ${project}`,
      `BranchingModel ${repository}`,
      `OverrideSettings ${repository}`,
      `PipelinesConfig ${repository}`,
    ]),
  );
  const region = objects.find(({ found }) => found.args.key === "REGION");
  expect(region?.owner?.kind).toBe(all.deploymentEnvironment);
  expect(region?.owner?.owner?.found.id).toBe(repository);
  expect(objects.find(({ kind }) => kind === all.repository)?.found.args.pipelinesEnabled).toBe(true);
  const asked = world.emulator.requests.map(({ path: one }) => one.split("?")[0]);
  // Whether Pipelines is enabled is a field of the repository and a kind of its own, and is read once.
  expect(new Set(asked).size).toBe(asked.length);
  expect(steps.at(-1)).toEqual({ done: steps.length, total: steps.length });
});

test("what is git's content, or an account's, is left out until it is asked for", async () => {
  const names = new Set(surveyedKinds.map(({ name }) => name));
  for (const name of ["Branch", "Tag", "RepositoryFile", "SshKey", "GpgKey"])
    expect(names).not.toContain(name);
  await post("/users/%7Bnobody%7D/ssh-keys", { key: "ssh-ed25519 AAAA" }).catch(() => undefined);
  const kinds: Kind[] = [all.branch, all.sshKey, all.repositoryFile];
  const { objects, unreadable } = await surveyWorkspace(world.run().live, { workspace: "acme", kinds });
  expect(objects.map(label).sort()).toEqual([`Branch ${repository} develop`, `Branch ${repository} main`]);
  expect(unreadable).toEqual([]);
});

test("projects and repositories are chosen by their names, and what lies in the others is not asked for", async () => {
  const other = String((await world.parent("repository")).repository);
  world.emulator.requests.length = 0;
  const { objects } = await surveyWorkspace(world.run().live, {
    workspace: "acme",
    kinds: [all.project, all.repository, all.webhook, all.deployKey],
    projects: (key) => key === project,
    repositories: (slug, key) => slug === "repository-1" && key === project,
    ofWorkspace: false,
    facets: false,
  });
  expect(objects.map(label)).toEqual([
    `Project ${project}`,
    "Repository repository-1",
    `Webhook ${repository} https://ci.example.com/`,
  ]);
  const asked = world.emulator.requests.map(({ path: one }) => decodeURIComponent(one));
  expect(asked.filter((one) => one.includes(other))).toEqual([]);
  expect(asked.filter((one) => /^\/workspaces\/acme\/hooks|pipelines_config/.test(one))).toEqual([]);
});

test("what may not be read is said to be unreadable, and is not taken for empty", async () => {
  const bob = [...world.emulator.state.users.values()].find(({ nickname }) => nickname === "bob");
  await world.client.send({
    method: "PUT",
    path: `${path()}/permissions-config/users/${encodeURIComponent(bob?.uuid ?? "")}`,
    body: { permission: "write" },
  });
  const client = createClient({
    credentials: { type: "api-token", email: "bob@acme.example", token: new Secret(exampleTokens.member) },
    baseUrl: world.emulator.url,
  });
  const { objects, unreadable } = await surveyWorkspace(new LiveReader(client), { workspace: "acme" });
  await client.close();
  expect(objects.map(label)).toContain("Repository repository-1");
  expect(objects.filter(({ kind }) => kind === all.pipelineVariable)).toEqual([]);
  const of = (kind: Kind) => unreadable.filter((one) => one.kind === kind);
  expect(of(all.pipelineVariable).map(({ at }) => at)).toEqual(
    expect.arrayContaining([{ workspace: "acme" }, { workspace: "acme", repository }]),
  );
  expect(of(all.pipelineVariable)[0]?.reason).toMatch(/lacks permission/);
  // Objects that are invisible to bob are not listed, and that is reported as well.
  expect(of(all.project).map(({ reason }) => reason)).toEqual([expect.stringMatching(/not certain/)]);
  expect(of(all.repository).map(({ field }) => field)).toEqual(
    expect.arrayContaining([undefined, "pipelinesEnabled"]),
  );
});

test("a collection of a shape that is not known spoils nothing else", async () => {
  const found = [...(world.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])][0];
  for (const hook of found?.hooks.values() ?? []) hook.events = "all";
  const { objects, unreadable } = await surveyWorkspace(world.run().live, { workspace: "acme" });
  expect(unreadable.map(({ kind, reason }) => [kind.name, reason])).toEqual([
    ["Webhook", expect.stringContaining("unexpected shape")],
  ]);
  expect(objects.map(label)).toContain(`PipelineVariable ${repository} A`);
  expect(takeViolations().join()).toContain("body/values/0/events must be array");
});

test("what would fail for everything ends the survey at once", async () => {
  const client = createClient({
    credentials: { type: "api-token", email: exampleTokens.email, token: new Secret(exampleTokens.expired) },
    baseUrl: world.emulator.url,
  });
  await expect(surveyWorkspace(new LiveReader(client), { workspace: "acme" })).rejects.toThrow(
    /did not accept the credential/,
  );
  await client.close();
  expect(world.emulator.requests.length).toBeLessThan(10);
});
