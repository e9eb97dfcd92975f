/**
 * Every kind with every fault: its create, an update and its delete. After each the same is run again without
 * the fault, as a user would, and then the object exists once and as desired, or is gone.
 */
import { BitbucketError } from "../../src/bitbucket";
import { kinds } from "../../src/kinds";
import { fieldMeta, identityOf, type Kind, type Properties } from "../../src/kinds/kind";
import { UnexpectedShapeError } from "../../src/live";
import { toLocation } from "../../src/model/location";
import { GoneError, HalfDoneError } from "../../src/provider/errors";
import { type Compared, type FrontEnd, frontEnds, type Kept } from "../kinds/frontEnds";
import { sampleOf } from "../kinds/samples/sample";
import { World } from "../kinds/support";
import { InitFailedError } from "../native/support";
import { type FaultCase, troubles } from "./catalogue";
import { isFull, note } from "./results";

jest.setTimeout(600_000);

async function startWorld(): Promise<World> {
  // The clock is advanced instead of waiting.
  let ahead = 0;
  const world = await World.start({
    timeout: 500,
    now: () => Date.now() + ahead,
    sleep: async (milliseconds) => {
      ahead += milliseconds;
    },
  });
  await world.parent("project");
  await world.parent("project");
  return world;
}

/** A client's timeout takes real time: these are waited for at once, each in a workspace of its own. */
const slow = "response bodies that arrive too slowly";

let world: World;
const slowOnes = new Map<string, PromiseSettledResult<void>>();
beforeAll(async () => {
  world = await startWorld();
  const waiting = chosen.flatMap(({ name, kind, frontEnd, met }) =>
    met.filter((trouble) => trouble.name === slow).map((trouble) => ({ name, kind, frontEnd, trouble })),
  );
  const results = await Promise.allSettled(
    waiting.map(async ({ kind, frontEnd, trouble }) => {
      const own = await startWorld();
      try {
        await survive(own, frontEnd, kind, trouble);
      } finally {
        await own.close();
      }
    }),
  );
  for (const [index, { name }] of waiting.entries()) {
    const result = results[index];
    if (result) slowOnes.set(name, result);
  }
});
afterAll(() => world.close());

/**
 * Bounded: each kind meets every fifth fault under each front end, others under the other, and together they
 * meet all.
 */
const chosen = kinds.flatMap((kind, index) =>
  frontEnds.map((frontEnd, offset) => ({
    kind,
    name: `${kind.name}, ${frontEnd.name},`,
    frontEnd,
    met: troubles.filter((_, other) => isFull || (other + index + 2 * offset) % 5 === 0),
  })),
);

test.each(chosen)("$name survives", async ({ name, kind, met, frontEnd }) => {
  for (const trouble of met) {
    if (trouble.name !== slow) await survive(world, frontEnd, kind, trouble);
    else if (slowOnes.get(name)?.status !== "fulfilled") throw reasonOf(slowOnes.get(name));
  }
});

function reasonOf(result: PromiseSettledResult<void> | undefined): unknown {
  return result?.status === "rejected" ? result.reason : new Error(`"${slow}" was not run`);
}

/** Create, update and delete, each with the fault. */
async function survive(world: World, frontEnd: FrontEnd, kind: Kind, trouble: FaultCase): Promise<void> {
  const parent = kind.parents[0] ?? "workspace";
  const sample = sampleOf(kind);
  const place = await world.parent(parent);
  const checked = async (news: Properties) =>
    (await frontEnd.within(world, (run) => run.check(kind, {}, news))).inputs;
  const inputs = await checked({ ...place, ...sample.args(0, world, place) });
  const [field, value] = changeOf(kind) ?? [];
  const changed = field === undefined ? inputs : await checked({ ...inputs, [field]: value });
  const bring = (kept: Kept | undefined, wanted: Properties) =>
    bringWith(world, frontEnd, kind, kept, wanted);

  const made = await settle(world, trouble, undefined, inputs, (kept) => bring(kept, inputs));
  expect(await standing(world, kind, inputs)).toHaveLength(1);
  const updated = await settle(world, trouble, made, changed, (kept) => bring(kept, changed));
  expect(await standing(world, kind, changed)).toHaveLength(1);
  expect((await seen(world, frontEnd, kind, updated, changed)).fields).toEqual([]);
  const deletable = {
    ...updated?.outputs,
    ...("deletion" in kind.args.shape ? { deletion: "allow" } : {}),
  };
  await settle(
    world,
    trouble,
    { id: updated?.id ?? "", inputs: updated?.inputs ?? {}, outputs: deletable },
    {},
    (kept) => remove(world, frontEnd, kind, kept),
  );
  if (!kind.alwaysExists) expect(await standing(world, kind, changed)).toEqual([]);
}

/** A field that can be changed in place and read. */
function changeOf(kind: Kind): [string, unknown] | undefined {
  const sample = sampleOf(kind);
  const changes = { ...sample.changes, ...sample.at?.[kind.parents[0] ?? "workspace"]?.changes };
  return Object.entries(changes).find(
    ([field]) =>
      !fieldMeta(kind, field).writeOnly && !fieldMeta(kind, field).toolOption && !kind.subResources?.[field],
  );
}

/**
 * Runs it with the fault, and then, as a user would, again without it. The engine's state is passed from one
 * to the other.
 */
async function settle(
  world: World,
  trouble: FaultCase,
  kept: Kept | undefined,
  inputs: Properties,
  run: (kept: Kept | undefined) => Promise<Kept | undefined>,
): Promise<Kept | undefined> {
  const before = world.emulator.requests.length;
  const undo = trouble.start(world.emulator);
  let after = kept;
  let failure: unknown;
  try {
    after = await run(kept);
  } catch (error) {
    failure = error;
    if (error instanceof HalfDoneError) after = { id: error.id, outputs: error.properties, inputs };
    if (error instanceof InitFailedError) after = { ...error.kept, inputs };
  } finally {
    undo?.();
    world.emulator.clearFaults();
  }
  if (world.emulator.requests.length > before) {
    note("kind", trouble.name, failure === undefined ? "recovered" : "again");
  }
  if (failure !== undefined) {
    if (trouble.harmless)
      throw new Error(`${trouble.name} should be got over: ${String(failure)}`, { cause: failure });
    expectClear(failure);
  }
  return run(after);
}

/** An error that says what happened and where, and contains no secret. */
function expectClear(error: unknown): void {
  const known = [BitbucketError, HalfDoneError, GoneError, UnexpectedShapeError].some(
    (Class) => error instanceof Class,
  );
  // An error that comes over gRPC has no class any more.
  if (!known && Object.getPrototypeOf(error) !== Error.prototype && !(error instanceof InitFailedError))
    throw error;
  expect(String(error)).toMatch(/(GET|POST|PUT|DELETE) \/|apply again|The next apply/i);
  expect(String(error)).not.toMatch(/first|second|PRIVATE KEY/);
}

/** One resource in one run of the engine: refresh, diff, and the resulting operation. */
function bringWith(
  world: World,
  frontEnd: FrontEnd,
  kind: Kind,
  kept: Kept | undefined,
  inputs: Properties,
): Promise<Kept> {
  return frontEnd.within(world, async (run) => {
    const current = kept && (await run.read(kind, kept));
    if (!current) return run.create(kind, inputs);
    const { changes, replaces } = await run.diff(kind, current, inputs);
    expect(replaces).toEqual([]);
    return changes ? run.update(kind, current, inputs) : current;
  });
}

function remove(world: World, frontEnd: FrontEnd, kind: Kind, kept: Kept | undefined): Promise<undefined> {
  return frontEnd.within(world, async (run) => {
    const current = kept && (await run.read(kind, kept));
    if (current)
      await run.delete(kind, {
        ...current,
        outputs: { ...current.outputs, ...pick(kept.outputs, "deletion") },
      });
    return undefined;
  });
}

function pick(values: Properties, field: string): Properties {
  return values[field] === undefined ? {} : { [field]: values[field] };
}

function seen(
  world: World,
  frontEnd: FrontEnd,
  kind: Kind,
  kept: Kept | undefined,
  inputs: Properties,
): Promise<Compared> {
  return frontEnd.within(world, async (run) => {
    const current = kept && (await run.read(kind, kept));
    if (!current) throw new Error("the object is gone");
    return run.diff(kind, current, inputs);
  });
}

/** The objects on the server with the natural key of these inputs. */
async function standing(world: World, kind: Kind, inputs: Properties): Promise<readonly string[]> {
  const { live } = world.run();
  const account = kind.parents.includes("account") ? await live.people.currentUser() : undefined;
  const at = { ...toLocation(kind, inputs), ...(account === undefined ? {} : { account }) };
  if ("single" in kind.source) return (await live.find(kind, at, inputs)) ? ["the one"] : [];
  const wanted = identityOf(kind, {
    ...inputs,
    ...(inputs.user ? { user: await live.people.uuidOf("acme", String(inputs.user)) } : {}),
  });
  return (await live.list(kind, at))
    .filter((found) => identityOf(kind, found.args) === wanted)
    .map(({ id }) => id);
}
