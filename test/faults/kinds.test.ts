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

let world: World;
beforeAll(async () => {
  // The clock is advanced instead of waiting.
  let ahead = 0;
  world = await World.start({
    timeout: 500,
    now: () => Date.now() + ahead,
    sleep: async (milliseconds) => {
      ahead += milliseconds;
    },
  });
  await world.parent("project");
  await world.parent("project");
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

test.each(chosen)("$name survives", async ({ kind, met, frontEnd }) => {
  const parent = kind.parents[0] ?? "workspace";
  const sample = sampleOf(kind);
  for (const trouble of met) {
    const place = await world.parent(parent);
    const checked = async (news: Properties) =>
      (await frontEnd.within(world, (run) => run.check(kind, {}, news))).inputs;
    const inputs = await checked({ ...place, ...sample.args(0, world, place) });
    const [field, value] = changeOf(kind) ?? [];
    const changed = field === undefined ? inputs : await checked({ ...inputs, [field]: value });
    const bring = (kept: Kept | undefined, wanted: Properties) => bringWith(frontEnd, kind, kept, wanted);

    const made = await settle(trouble, undefined, inputs, (kept) => bring(kept, inputs));
    expect(await standing(kind, inputs)).toHaveLength(1);
    const updated = await settle(trouble, made, changed, (kept) => bring(kept, changed));
    expect(await standing(kind, changed)).toHaveLength(1);
    expect((await seen(frontEnd, kind, updated, changed)).fields).toEqual([]);
    const deletable = {
      ...updated?.outputs,
      ...("deletion" in kind.args.shape ? { deletion: "allow" } : {}),
    };
    await settle(
      trouble,
      { id: updated?.id ?? "", inputs: updated?.inputs ?? {}, outputs: deletable },
      {},
      (kept) => remove(frontEnd, kind, kept),
    );
    if (!kind.alwaysExists) expect(await standing(kind, changed)).toEqual([]);
  }
});

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
  expect(String(error)).toMatch(/(GET|POST|PUT|DELETE) \/|run "pulumi up" again|The next "pulumi up"/i);
  expect(String(error)).not.toMatch(/first|second|PRIVATE KEY/);
}

/** One resource in one run of the engine: refresh, diff, and the resulting operation. */
function bringWith(
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

function remove(frontEnd: FrontEnd, kind: Kind, kept: Kept | undefined): Promise<undefined> {
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

function seen(frontEnd: FrontEnd, kind: Kind, kept: Kept | undefined, inputs: Properties): Promise<Compared> {
  return frontEnd.within(world, async (run) => {
    const current = kept && (await run.read(kind, kept));
    if (!current) throw new Error("the object is gone");
    return run.diff(kind, current, inputs);
  });
}

/** The objects on the server with the natural key of these inputs. */
async function standing(kind: Kind, inputs: Properties): Promise<readonly string[]> {
  const { live } = world.run();
  const account = kind.parents.includes("account") ? await live.currentUser() : undefined;
  const at = { ...toLocation(kind, inputs), ...(account === undefined ? {} : { account }) };
  if ("single" in kind.source) return (await live.find(kind, at, inputs)) ? ["the one"] : [];
  const wanted = identityOf(kind, {
    ...inputs,
    ...(inputs.user ? { user: await live.userUuid("acme", String(inputs.user)) } : {}),
  });
  return (await live.list(kind, at))
    .filter((found) => identityOf(kind, found.args) === wanted)
    .map(({ id }) => id);
}
