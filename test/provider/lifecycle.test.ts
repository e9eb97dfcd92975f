/** The driver's handling of lost responses, partial work, and concurrent changes by others. */

import { exampleTokens } from "../../packages/emulator/src";
import { type Client, createClient, Secret } from "../../src/bitbucket";
import {
  deployKey,
  deploymentEnvironment,
  pipelineVariable,
  project,
  repository,
  webhook,
} from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import { LiveReader } from "../../src/live";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import { unknownValue } from "../../src/model/unknown";
import { HalfDoneError } from "../../src/provider/errors";
import { Lifecycle } from "../../src/provider/lifecycle";
import type { HolderLookup } from "../../src/pulumi/otherShards";
import { publicKey } from "../kinds/samples/sample";
import { World } from "../kinds/support";

let world: World;
let place: Properties;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.emulator.clearFaults();
  place = await world.parent("repository");
  world.emulator.requests.length = 0;
});

function inputsOf(kind: Kind, args: Properties): Record<string, unknown> {
  const { inputs, issues } = check(kind, {}, args);
  expect(issues).toEqual([]);
  return inputs;
}

const hook = { url: "https://ci.example.com", events: ["repo:push"] };
const posts = () => world.emulator.requests.filter(({ method }) => method === "POST").length;

describe("a create whose answer is lost", () => {
  test("finds what it made, and makes nothing twice", async () => {
    world.emulator.addFault({ kind: "drop-after", method: "POST" });
    const inputs = inputsOf(webhook, { ...place, ...hook, secret: "one" });
    const created = await world.run().lifecycle.create(webhook, inputs);
    const found = await world
      .run()
      .live.list(webhook, { workspace: "acme", repository: String(place.repository) });
    expect(found.map(({ id }) => id)).toEqual([created.id]);
    expect(posts()).toBe(1);
  });

  test("tries again where nothing was made", async () => {
    world.emulator.addFault({ kind: "drop-before", method: "POST" });
    await world.run().lifecycle.create(webhook, inputsOf(webhook, { ...place, ...hook }));
    expect(posts()).toBe(2);
  });

  test("waits for what cannot be read yet", async () => {
    world.emulator.addFault({ kind: "hide-new", method: "POST", reads: 2 });
    world.emulator.addFault({ kind: "drop-after", method: "POST" });
    await world
      .run()
      .lifecycle.create(pipelineVariable, inputsOf(pipelineVariable, { ...place, key: "A", value: "1" }));
    const variables = await world
      .run()
      .live.list(pipelineVariable, { workspace: "acme", repository: String(place.repository) });
    expect(variables).toHaveLength(1);
  });
});

test("an object whose further settings failed is kept, and finished by the next run", async () => {
  const inputs = inputsOf(deploymentEnvironment, {
    ...place,
    name: "Production",
    type: "Production",
    adminOnly: true,
  });
  world.emulator.addFault({ kind: "status", status: 400, method: "POST", path: "/changes$" });
  const error = await world
    .run()
    .lifecycle.create(deploymentEnvironment, inputs)
    .catch((reason: unknown) => reason);
  if (!(error instanceof HalfDoneError)) throw error;
  expect(error.reasons.join()).toMatch(/was created, but not all of it could be set/);
  expect(diff(deploymentEnvironment, error.properties, inputs).fields).toEqual(["adminOnly"]);
  const finished = await world
    .run()
    .lifecycle.update(deploymentEnvironment, error.id, error.properties, inputs);
  const current = await world.run().lifecycle.read(deploymentEnvironment, error.id, finished.outputs);
  expect(diff(deploymentEnvironment, current?.outputs ?? {}, inputs).changes).toBe(false);
});

test("what a run that died did not come to is set by the next, where it forgot what it had made", async () => {
  const inputs = inputsOf(deploymentEnvironment, {
    ...place,
    name: "Production",
    type: "Production",
    adminOnly: true,
  });
  // Only created: the run died before the second request.
  await world.run().lifecycle.create(deploymentEnvironment, { ...inputs, adminOnly: false });
  expect(await world.run().lifecycle.findExisting(deploymentEnvironment, inputs)).toMatchObject({
    differences: ["adminOnly"],
    adoptable: true,
  });
  const made = await world.run().lifecycle.create(deploymentEnvironment, inputs);
  expect(await world.run().lifecycle.read(deploymentEnvironment, made.id, made.outputs)).toMatchObject({
    outputs: { adminOnly: true },
  });
  // Other differences were not left by that run.
  const open = world.run().lifecycle.create(deploymentEnvironment, { ...inputs, adminOnly: false });
  await expect(open).rejects.toThrow(/differs from its declaration in adminOnly/);
});

test("what belonged to a project that is gone is gone with it, for one who can tell", async () => {
  const parent = await world.parent("project");
  const uuid = [...(world.emulator.state.workspaces.get("acme")?.projects.values() ?? [])].at(-1)?.uuid ?? "";
  const inputs = inputsOf(deployKey, { workspace: "acme", project: uuid, label: "x", key: publicKey(90) });
  const made = await world.run().lifecycle.create(deployKey, inputs);
  await world.client.send({ method: "DELETE", path: `/workspaces/acme/projects/${parent.project}` });
  expect(await world.run().lifecycle.read(deployKey, made.id, made.outputs)).toBeUndefined();
  await world.run().lifecycle.delete(deployKey, made.id, made.outputs);

  world.emulator.addFault({ kind: "status", status: 403, path: "/user/workspaces" });
  await expect(world.run().lifecycle.read(deployKey, made.id, made.outputs)).rejects.toThrow(
    /The project \{.*\} in acme is not accessible with this credential/,
  );
});

test("a repository whose Pipelines could not be switched on is kept with Pipelines off", async () => {
  const inputs = inputsOf(repository, {
    workspace: "acme",
    name: "half",
    project: "P1",
    isPrivate: true,
    pipelinesEnabled: true,
  });
  world.emulator.addFault({ kind: "status", status: 400, method: "PUT", path: "/pipelines_config$" });
  const error = await world
    .run()
    .lifecycle.create(repository, inputs)
    .catch((reason: unknown) => reason);
  if (!(error instanceof HalfDoneError)) throw error;
  expect(diff(repository, error.properties, inputs).fields).toEqual(["pipelinesEnabled"]);
});

test("an update of what somebody deleted meanwhile makes nothing anew, and says to run again", async () => {
  const { lifecycle } = world.run();
  const inputs = inputsOf(project, { workspace: "acme", key: "GONE", name: "One", deletion: "allow" });
  const created = await lifecycle.create(project, inputs);
  await world.client.send({ method: "DELETE", path: "/workspaces/acme/projects/GONE" });
  await expect(
    lifecycle.update(project, created.id, created.outputs, { ...inputs, name: "Two" }),
  ).rejects.toThrow(/was deleted on the server during.*Apply again/);
  expect(world.emulator.state.workspaces.get("acme")?.projects.has("GONE")).toBe(false);
});

describe("a repository that is not there for the credential", () => {
  async function member(): Promise<Client> {
    return createClient({
      credentials: { type: "api-token", email: "bob@acme.example", token: new Secret(exampleTokens.member) },
      baseUrl: world.emulator.url,
    });
  }

  test("is not taken for deleted by one who may simply not see it", async () => {
    const inputs = inputsOf(webhook, { ...place, ...hook });
    const created = await world.run().lifecycle.create(webhook, inputs);
    const client = await member();
    const read = new Lifecycle(client, new LiveReader(client)).read(webhook, created.id, created.outputs);
    await expect(read).rejects.toThrow(
      /was deleted, or the credential has lost access.*BITBUCKET_MISSING_IS_DELETED=1/,
    );
    const trusting = new LiveReader(client, { missingIsDeleted: true });
    expect(await new Lifecycle(client, trusting).read(webhook, created.id, created.outputs)).toBeUndefined();
    await client.close();
  });

  test("is taken for deleted by an owner, who would see it, with all that was in it", async () => {
    const inputs = inputsOf(webhook, { ...place, ...hook });
    const created = await world.run().lifecycle.create(webhook, inputs);
    await world.client.send({
      method: "DELETE",
      path: `/repositories/acme/${encodeURIComponent(String(place.repository))}`,
    });
    expect(await world.run().lifecycle.read(webhook, created.id, created.outputs)).toBeUndefined();
  });
});

test("a secured value that was made anew by hand is written again", async () => {
  const inputs = inputsOf(pipelineVariable, { ...place, key: "TOKEN", value: "wanted", secured: true });
  const created = await world.run().lifecycle.create(pipelineVariable, inputs);
  const path = `/repositories/acme/${encodeURIComponent(String(place.repository))}/pipelines_config/variables`;
  await world.client.send({ method: "DELETE", path: `${path}/${encodeURIComponent(created.id)}` });
  await world.client.send({ method: "POST", path, body: { key: "TOKEN", value: "other", secured: true } });
  const current = await world.run().lifecycle.read(pipelineVariable, created.id, created.outputs);
  expect(current?.id).not.toBe(created.id);
  expect(diff(pipelineVariable, current?.outputs ?? {}, inputs).fields).toEqual(["value"]);
});

test("a repository that was made anew by hand is not deleted for the consent to delete the former", async () => {
  const path = "/repositories/acme/short-lived";
  const inputs = inputsOf(repository, { workspace: "acme", name: "short-lived", deletion: "allow" });
  const made = await world.run().lifecycle.create(repository, inputs);
  await world.client.send({ method: "DELETE", path });
  await world.client.send({ method: "POST", path, body: { scm: "git", description: "by hand" } });
  const lines: string[] = [];
  const lifecycle = new Lifecycle(world.client, new LiveReader(world.client), {
    log: (line) => lines.push(line),
  });
  const current = await lifecycle.read(repository, made.id, made.outputs);
  if (!current) throw new Error("It is there.");
  expect(current.inputs.deletion).toBe("forbid");
  expect(diff(repository, current.outputs, inputs).fields).toContain("deletion");
  expect(lines.join()).toContain(`created again: ${current.id} in place of ${made.id}`);
  await expect(lifecycle.delete(repository, current.id, current.outputs)).rejects.toThrow(
    /protected from deletion/,
  );
  await lifecycle.delete(repository, made.id, made.outputs);
  expect(await world.client.get(path)).toMatchObject({ description: "by hand" });
});

describe("a preview that does not know everything yet", () => {
  const outputs = {
    workspace: "acme",
    repository: "{1}",
    url: "https://ci.example.com",
    events: ["repo:push"],
  };

  test("takes a parent that changes for the same parent", () => {
    const inputs = inputsOf(webhook, { ...hook, workspace: "acme", repository: unknownValue });
    expect(diff(webhook, outputs, inputs).changes).toBe(false);
  });

  test("lets unknown values through, and counts them as changes", () => {
    const inputs = inputsOf(webhook, { ...hook, workspace: "acme", repository: "{1}", url: unknownValue });
    expect(diff(webhook, outputs, inputs)).toMatchObject({ fields: ["url"], replaces: [] });
  });
});

describe("check", () => {
  test.each([
    [
      webhook,
      { workspace: "acme", url: "ci", events: ["repo:pushed"], actve: true },
      ["url", "events.0", "actve"],
    ],
    [webhook, { workspace: "acme" }, ["url", "events"]],
    [project, { workspace: "acme", key: "1lower", name: "" }, ["key", "name"]],
    [pipelineVariable, { workspace: "acme", key: "1A", value: 5 }, ["key", "value"]],
    [deploymentEnvironment, { workspace: "acme", name: "x", type: "Test" }, ["repository"]],
    [webhook, hook, ["workspace"]],
  ])("reports everything that is wrong with a %#. set of args at once", (kind, args, paths) => {
    const { issues } = check(kind as Kind, {}, args);
    expect(issues.map(({ path }) => path.join(".")).sort()).toEqual([...paths].sort());
  });

  test("fills in defaults and puts lists in order, so that what the server returns is no difference", () => {
    expect(inputsOf(webhook, { ...hook, workspace: "acme", events: ["repo:push", "issue:created"] })).toEqual(
      {
        workspace: "acme",
        url: "https://ci.example.com",
        events: ["issue:created", "repo:push"],
        description: "",
        active: true,
        skipCertVerification: false,
      },
    );
  });
});

test("what the state of another shard holds is not adopted, also where it is as declared", async () => {
  const wanted = { workspace: "acme", name: "held-elsewhere", adopt: true };
  const { id } = await world.run().lifecycle.create(repository, inputsOf(repository, wanted));
  const { client } = world;
  const asked: unknown[] = [];
  const findHolder: HolderLookup = async (kind, object) => {
    asked.push([kind.name, "id" in object && object.id]);
    return "acme.PLAT";
  };
  const reader = new LiveReader(client);
  const lifecycle = new Lifecycle(client, reader, { adoptAll: true, findHolder });
  const before = world.emulator.requests.filter(({ method }) => method === "PUT").length;
  await expect(lifecycle.create(repository, inputsOf(repository, wanted))).rejects.toThrow(
    /held-elsewhere in acme: exists, and the state of the shard acme\.PLAT holds it.*Nothing was changed/,
  );
  expect(asked).toEqual([["Repository", id]]);
  expect(world.emulator.requests.filter(({ method }) => method === "PUT")).toHaveLength(before);
});
