/** Nothing counts as deleted without proof: absence from a list is none. */
import { IncompleteError } from "../../src/bitbucket";
import {
  deploymentEnvironment,
  kinds,
  pipelineVariable,
  project,
  projectGroupPermission,
  repositoryUserPermission,
  webhook,
} from "../../src/kinds";
import type { Kind, ParentName, Properties } from "../../src/kinds/kind";
import { type HeldObject, surveyWorkspace, UnprovenAbsenceError, VanishedError } from "../../src/live";
import { check } from "../../src/model/check";
import type { Lifecycle, WriteResult } from "../../src/provider/lifecycle";
import { type Sample, sampleOf } from "../kinds/samples/sample";
import { World } from "../kinds/support";
import { all, lacking, missized, notFound, repeating, short, shouting } from "../support/hostile";

let world: World;
beforeAll(async () => {
  world = await World.behindHostile();
});
afterEach(() => world.hostile.behave());
afterAll(() => world.close());

const listed = kinds.filter((kind) => "collection" in kind.source);
const any = /(?:)/;
const always = () => true;

interface Made {
  readonly kind: Kind;
  readonly inputs: Properties;
  readonly created: WriteResult;
}

async function made(kind: Kind, place: Properties, index = 0, more: Partial<Properties> = {}): Promise<Made> {
  const sample: Sample = sampleOf(kind);
  const { inputs, issues } = check(kind, {}, { ...place, ...sample.args(index, world, place), ...more });
  expect(issues).toEqual([]);
  return { kind, inputs, created: await world.run().lifecycle.create(kind, inputs) };
}

const read = ({ kind, created }: Made, lifecycle: Lifecycle = world.run().lifecycle) =>
  lifecycle.read(kind, created.id, created.outputs);

/** The requests since the last call, without their queries. */
function requests(): string[] {
  return world.emulator.requests.splice(0).map(({ method, path }) => `${method} ${path.split("?")[0]}`);
}

const places = listed.flatMap((kind) => kind.parents.map((parent) => [kind.name, parent, kind] as const));

describe.each(places)("a %s of the %s", (_name, parent, kind) => {
  let one: Made;
  beforeAll(async () => {
    one = await made(kind, await world.parent(parent));
  });
  afterAll(async () => {
    await world.run().lifecycle.delete(kind, one.created.id, { ...one.created.outputs, deletion: "allow" });
  });

  /** The end of the list's path. */
  const list = new RegExp(`${listName(kind, parent)}$`);
  const hasPath = !(kind === pipelineVariable && parent === "environment");

  test(`${hasPath ? "is there" : "counts as gone"}, where its list lacks it at every look`, async () => {
    world.hostile.trick = lacking(list, always);
    expect((await read(one))?.id).toBe(hasPath ? one.created.id : undefined);
  });

  test("is there, with the same id, when UUIDs come in another case, from the server or in the state", async () => {
    const before = await read(one);
    world.hostile.trick = shouting(any);
    expect(await read(one)).toEqual(before);
    const { id, outputs } = one.created;
    const loud = { ...one, created: { id: loudly(id), outputs: loudly(outputs) } };
    world.hostile.behave();
    expect((await read(loud))?.id).toBe(loud.created.id);
  });

  test("cannot be told to be gone from a list that contradicts itself, or a 404 below what is there", async () => {
    // Its own path is a 404, which a truncated list does not confirm.
    const itself = new RegExp(`${escaped(one.created.id)}$`);
    const own = kind === project ? /projects\/[A-Z0-9]+$/ : itself;
    world.hostile.trick = all(notFound(own), missized(list, 1), short(list, always));
    await expect(read(one)).rejects.toBeInstanceOf(IncompleteError);
    world.hostile.behave();
  });
});

function listName(kind: Kind, parent: ParentName): string {
  if (!("collection" in kind.source)) throw new Error(`${kind.name} has no list`);
  const at = {
    workspace: "acme",
    ...(parent === "environment" ? { repository: "r", environment: "e" } : { [parent]: "x" }),
  };
  const { path } = kind.source.collection(at);
  return (
    path
      .split("/")
      .slice(-2)
      .join("/")
      .replace(/^(?:x|e|acme)\//, "")
      // Objects of the workspace itself: by slug or by UUID.
      .replace(/\/(?:x|acme)$/, "/[^/]+")
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function loudly<Held>(value: Held): Held {
  return JSON.parse(
    JSON.stringify(value).replace(/\{[0-9a-f]{8}-[0-9a-f-]{27}\}/g, (uuid) => uuid.toUpperCase()),
  ) as Held;
}

describe("a webhook that its list lacks", () => {
  let place: Properties;
  beforeEach(async () => {
    place = await world.parent("repository");
  });

  test.each([
    ["an empty list of one that says 1", short(/hooks$/, always)],
    ["the same twice in the place of others", repeating(/hooks$/)],
    ["a size that does not fit", all(lacking(/hooks$/, always), missized(/hooks$/, 2))],
  ])("is not gone where its own path says 404: %s", async (_name, trick) => {
    const hooks = [await made(webhook, place, 0), await made(webhook, place, 1)];
    const last = hooks[1];
    if (!last) throw new Error("there are two");
    world.hostile.trick = all(notFound(new RegExp(`hooks/${escaped(last.created.id)}$`)), trick);
    await expect(read(last)).rejects.toBeInstanceOf(IncompleteError);
  });

  test("is not gone where the list is a 404, though the repository is there: nothing is written", async () => {
    const hook = await made(webhook, place);
    world.hostile.trick = notFound(/hooks$/);
    requests();
    await expect(read(hook)).rejects.toBeInstanceOf(UnprovenAbsenceError);
    await expect(world.run().lifecycle.create(webhook, hook.inputs)).rejects.toThrow(/This does not prove/);
    expect(requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
  });

  test("is gone when somebody deleted it, and when somebody deleted its repository", async () => {
    const [first, second] = [await made(webhook, place, 0), await made(webhook, place, 1)];
    const path = `/repositories/acme/${encodeURIComponent(String(place.repository))}`;
    await world.client.send({
      method: "DELETE",
      path: `${path}/hooks/${encodeURIComponent(first.created.id)}`,
    });
    requests();
    expect(await read(first)).toBeUndefined();
    // The workspace, the list, the webhook, the repository.
    expect(requests()).toHaveLength(4);
    expect((await read(second))?.id).toBe(second.created.id);
    await world.client.send({ method: "DELETE", path });
    expect(await read(second)).toBeUndefined();
  });

  test("costs nothing more while all is there", async () => {
    const hooks = [await made(webhook, place, 0), await made(webhook, place, 1)];
    const { lifecycle } = world.run();
    requests();
    await Promise.all(hooks.map((hook) => read(hook, lifecycle)));
    // The workspace and the list.
    expect(requests()).toHaveLength(2);
  });

  test("is deleted only where it is gone: a 404 to the DELETE alone is none", async () => {
    const hook = await made(webhook, place);
    world.emulator.addFault({ kind: "status", status: 404, method: "DELETE", path: "/hooks/" });
    await expect(
      world.run().lifecycle.delete(webhook, hook.created.id, hook.created.outputs),
    ).rejects.toThrow(/does not exist/);
    await world.run().lifecycle.delete(webhook, hook.created.id, hook.created.outputs);
    expect(await read(hook)).toBeUndefined();
  });
});

test("a project that its list lacks is there for what belongs to it", async () => {
  const place = await world.parent("project");
  const [held] = [...(world.emulator.state.workspaces.get("acme")?.projects.values() ?? [])].slice(-1);
  const inside = await made(projectGroupPermission, { workspace: "acme", project: held?.uuid });
  const { lifecycle } = world.run();
  world.hostile.trick = lacking(/projects$/, always);
  const [own, child] = await Promise.all([
    lifecycle.read(project, held?.uuid ?? "", { workspace: "acme", key: place.project }),
    read(inside, lifecycle),
  ]);
  expect([own?.id, child?.id]).toEqual([held?.uuid, inside.created.id]);
});

test("a permission that its list lacks is not written over", async () => {
  const place = await world.parent("repository");
  const { inputs } = await made(repositoryUserPermission, place, 0, { permission: "admin" });
  world.hostile.trick = lacking(/permissions-config\/users$/, always);
  requests();
  await expect(
    world.run().lifecycle.create(repositoryUserPermission, { ...inputs, permission: "read" }),
  ).rejects.toThrow(/exists \(id/);
  expect(requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
});

test.each([
  ["is shorter than it says", short(/hooks$/, always), /says 1 and gave 0/],
  ["is a 404 below what is there", notFound(/hooks$/), /does not exist/],
])(
  "a survey, for import and for what is not managed, tells of a list that %s",
  async (_name, trick, told) => {
    const place = await world.parent("repository");
    await made(webhook, place);
    const slug = [...(world.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])].at(-1)?.slug;
    world.hostile.trick = trick;
    const { objects, unreadable } = await surveyWorkspace(world.run().live, {
      workspace: "acme",
      kinds: [webhook],
      repositories: (name) => name === slug,
      ofWorkspace: false,
    });
    expect(objects).toEqual([]);
    expect(unreadable.map(({ kind, reason }) => [kind.name, reason])).toEqual([
      ["Webhook", expect.stringMatching(told)],
    ]);
  },
);

describe("what vanishes together", () => {
  const heldOf = (all: readonly Made[]): HeldObject[] =>
    all.map(({ kind, created }) => ({ kind, id: created.id, name: created.id, values: created.outputs }));

  async function variables(count: number): Promise<Made[]> {
    const place = await world.parent("environment");
    const made_: Made[] = [];
    for (let index = 0; index < count; index += 1)
      made_.push(await made(pipelineVariable, place, index, { key: `KEY_${index}` }));
    return made_;
  }

  test("three deployment variables at once are not believed to be gone, and two are", async () => {
    const three = await variables(3);
    const held = async () => heldOf(three);
    world.hostile.trick = lacking(/environments\/.*variables$/, always);
    const { lifecycle } = world.run({ held });
    for (const one of three) await expect(read(one, lifecycle)).rejects.toBeInstanceOf(VanishedError);
    await expect(read(three[0] as Made, world.run({ held }).lifecycle)).rejects.toThrow(
      /All 3 of one list.*cannot be found.*BITBUCKET_MISSING_IS_DELETED=1/s,
    );
    const trusting = world.run({ held, missingIsDeleted: true }).lifecycle;
    for (const one of three) expect(await read(one, trusting)).toBeUndefined();
    world.hostile.behave();
    const two = await variables(2);
    world.hostile.trick = lacking(/environments\/.*variables$/, always);
    const small = world.run({ held: async () => heldOf(two) }).lifecycle;
    for (const one of two) expect(await read(one, small)).toBeUndefined();
  });

  test("one of three deployment variables may be gone, and all of them with their environment", async () => {
    const three = await variables(3);
    const [first] = three;
    if (!first) throw new Error("there are three");
    const { repository, environment } = first.inputs;
    const path = `/repositories/acme/${encodeURIComponent(String(repository))}`;
    const env = encodeURIComponent(String(environment));
    await world.client.send({
      method: "DELETE",
      path: `${path}/deployments_config/environments/${env}/variables/${encodeURIComponent(first.created.id)}`,
    });
    const held = async () => heldOf(three);
    expect(await read(first, world.run({ held }).lifecycle)).toBeUndefined();
    await world.client.send({ method: "DELETE", path: `${path}/environments/${env}` });
    const { lifecycle } = world.run({ held });
    for (const one of three) expect(await read(one, lifecycle)).toBeUndefined();
    expect(deploymentEnvironment.parentRole).toBe("environment");
  });

  test.each([
    ["where the state is known", true],
    ["where it is not", false],
  ])("more than 30 % of ten resources stop the run, and 30 % do not: %s", async (_name, isKnown) => {
    const place = await world.parent("repository");
    const hooks: Made[] = [];
    for (let index = 0; index < 10; index += 1)
      hooks.push(await made(webhook, place, 0, { url: `https://ci.example.com/${index}` }));
    const held = async () => (isKnown ? heldOf(hooks) : undefined);
    const path = `/repositories/acme/${encodeURIComponent(String(place.repository))}/hooks`;
    const remove = (one: Made | undefined) =>
      world.client.send({ method: "DELETE", path: `${path}/${encodeURIComponent(one?.created.id ?? "")}` });
    for (const one of hooks.slice(0, 3)) await remove(one);
    const few = world.run({ held }).lifecycle;
    expect((await Promise.all(hooks.map((one) => read(one, few)))).filter(Boolean)).toHaveLength(7);
    await remove(hooks[9]);
    const many = world.run({ held }).lifecycle;
    await expect(Promise.all(hooks.map((one) => read(one, many)))).rejects.toThrow(
      /4 of 10 resources.*Nothing was changed.*BITBUCKET_MISSING_IS_DELETED=1/s,
    );
  });
});
