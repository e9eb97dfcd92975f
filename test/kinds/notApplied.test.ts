/**
 * A field of any kind that the service accepts without applying it is named at once, and explained
 * afterwards.
 */
import type { Fault } from "../../packages/emulator/src";
import { kinds } from "../../src/kinds";
import {
  fieldMeta,
  type Kind,
  type Location,
  type Properties,
  type WriteRequest,
} from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import { toLocation } from "../../src/model/location";
import { findRepeatedRequests, notAppliedKey } from "../../src/model/notApplied";
import { NotAppliedError } from "../../src/provider/errors";
import type { WriteResult } from "../../src/provider/lifecycle";
import { takeViolations } from "../support/violations";
import { sampleOf } from "./samples/sample";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.parent("project");
  await world.parent("project");
});
afterAll(() => world.close());

const cases = kinds.flatMap((kind) =>
  kind.parents.flatMap((parent) => {
    const sample = sampleOf(kind);
    return Object.entries({ ...sample, ...sample.at?.[parent] }.changes)
      .filter(([field]) => !fieldMeta(kind, field).writeOnly && !fieldMeta(kind, field).toolOption)
      .map(([field, value]) => ({
        name: `${field} of a ${kind.name} of a ${parent}`,
        kind,
        parent,
        field,
        value,
      }));
  }),
);

test.each(cases)("an update that does not apply $name", async ({ kind, parent, field, value }) => {
  const { place, inputs, created } = await made(kind, parent);
  const next = inputsOf(kind, { ...place, ...inputs, [field]: value });
  const [before, after] = [await plainOf(kind, inputs), await plainOf(kind, next)];
  const at = await placeOf(kind, inputs);
  const state = { ...created.outputs, ...before };
  const held = await heldBack(
    changesOf(kind, at, created.id, after, state),
    changesOf(kind, at, created.id, before, { ...created.outputs, ...after }),
  );
  expect(held.length).toBeGreaterThan(0);
  for (const fault of held) world.emulator.addFault(fault);
  const outcome = await attempt(kind, () =>
    world.run().lifecycle.update(kind, created.id, created.outputs, next),
  );
  world.emulator.clearFaults();
  await expectExplained(kind, { id: created.id, outputs: outcome.outputs }, next, field, outcome);

  const again = await world.run().lifecycle.update(kind, created.id, outcome.outputs, next);
  expect(again.outputs).not.toHaveProperty(notAppliedKey);
  const current = await world.run().lifecycle.read(kind, created.id, again.outputs);
  expect(diff(kind, current?.outputs ?? {}, next).fields).toEqual([]);
  await remove(kind, { id: current?.id ?? "", outputs: again.outputs });
});

/** In a path: an id that is not known before the create. */
const anyId = "any-id";

/** Fields of a create that the service can ignore: a name and a location are in its path. */
const onCreate = cases.filter(({ kind, field }) => !kind.naturalKey.includes(field) && field !== "name");

test.each(onCreate)("a create that does not apply $name", async ({ kind, parent, field, value }) => {
  const place = await world.parent(parent);
  const usual = inputsOf(kind, { ...place, ...sampleOf(kind).args(0, world, place) });
  const next = inputsOf(kind, { ...usual, [field]: value });
  const [before, after] = [await plainOf(kind, usual), await plainOf(kind, next)];
  const at = await placeOf(kind, usual);
  const requests = (values: Properties) => [
    kind.create(at, values as never),
    ...(kind.afterWrite?.(at, anyId, values as never, undefined) ?? []),
  ];
  const held = await heldBack(requests(after), requests(before));
  // Fields that a create omits get the service's initial values.
  if (held.length === 0) return;
  for (const fault of held) world.emulator.addFault(fault);
  const outcome = await attempt(kind, () => world.run().lifecycle.create(kind, next));
  world.emulator.clearFaults();
  await expectExplained(kind, outcome, next, field, outcome);
  await remove(kind, outcome);
});

const adopting = kinds.flatMap(
  (kind) =>
    cases.find(
      (one) =>
        one.kind === kind &&
        "adopt" in kind.args.shape &&
        !kind.naturalKey.includes(one.field) &&
        one.field !== "name" &&
        !kind.subResources?.[one.field] &&
        !(one.field in (kind.createDefaults ?? {})),
    ) ?? [],
);

test.each(adopting)("an adoption that does not apply $name", async ({ kind, parent, field, value }) => {
  const { place, inputs, created } = await made(kind, parent);
  const next = inputsOf(kind, { ...place, ...inputs, [field]: value, adopt: true });
  const [before, after] = [await plainOf(kind, inputs), await plainOf(kind, next)];
  const at = await placeOf(kind, inputs);
  const held = await heldBack(
    changesOf(kind, at, created.id, after, created.outputs),
    changesOf(kind, at, created.id, before, created.outputs),
  );
  for (const fault of held) world.emulator.addFault(fault);
  const outcome = await attempt(kind, () => world.run().lifecycle.create(kind, next));
  world.emulator.clearFaults();
  expect(outcome.id).toBe(created.id);
  await expectExplained(kind, outcome, next, field, outcome);
  await remove(kind, outcome);
});

interface Outcome extends WriteResult {
  /** The text that a user reads. */
  readonly said: string;
  readonly failed: boolean;
}

async function attempt(kind: Kind, run: () => Promise<WriteResult>): Promise<Outcome> {
  world.told.length = 0;
  try {
    const { id, outputs } = await run();
    return { id, outputs, said: world.told.join("\n"), failed: false };
  } catch (error) {
    if (!(error instanceof NotAppliedError)) throw error;
    // The engine shows the reasons beside the resource's name.
    const [reason = ""] = error.reasons;
    expect(reason).toMatch(/^Bitbucket accepted/);
    expect(error.message.startsWith(kind.title)).toBe(true);
    expect(error.message.endsWith(`: ${reason}`)).toBe(true);
    return { id: error.id, outputs: error.properties, said: error.message, failed: true };
  } finally {
    takeViolations();
  }
}

async function expectExplained(
  kind: Kind,
  kept: WriteResult,
  wanted: Properties,
  field: string,
  { said, failed }: Outcome,
) {
  expect(said).toMatch(
    new RegExp(`Bitbucket accepted this change and did not apply it: (.*, )?${field}[,.]`),
  );
  expect(failed).toBe(fieldMeta(kind, field).mustApply === true || /privateKey/.test(said));
  const current = await world.run().lifecycle.read(kind, kept.id, kept.outputs);
  expect(current?.outputs).toEqual(kept.outputs);
  const { fields } = diff(kind, current?.outputs ?? {}, wanted);
  expect(fields).toContain(field);
  expect(findRepeatedRequests(kind, current?.outputs ?? {}, wanted, fields)).toEqual(fields);
  expect(JSON.stringify(kept.outputs[notAppliedKey])).not.toContain(JSON.stringify(wanted[field]));
}

/** Faults that leave each differing field of the request bodies at the other value. */
async function heldBack(
  wanted: readonly WriteRequest[],
  usual: readonly WriteRequest[],
): Promise<readonly Fault[]> {
  const faults = wanted.map(async (request, index) => {
    const have = new Map(Object.entries(await partsOf(usual[index])));
    const pattern = request.path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(anyId, "[^/]+");
    return Object.entries(await partsOf(request))
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(have.get(name)))
      .map(([field]): Fault => {
        const value = have.get(field);
        return {
          kind: "not-applied",
          method: request.method,
          path: `^${pattern}(\\?|$)`,
          times: 10,
          field,
          ...(value === undefined ? {} : { value: value as never }),
        };
      });
  });
  return (await Promise.all(faults)).flat();
}

/** The fields of a request's body, and its uploads. */
async function partsOf({ body, files, uploads = [] }: Partial<WriteRequest> = {}): Promise<Properties> {
  const uploaded = uploads.map(async ({ field, content }) => [
    field,
    typeof content === "string" ? content : Buffer.from(await content()).toString(),
  ]);
  return { ...(body as object), ...files, ...Object.fromEntries(await Promise.all(uploaded)) };
}

function changesOf(
  kind: Kind,
  at: Location,
  id: string,
  values: Properties,
  previous: Properties,
): WriteRequest[] {
  const update = kind.update?.(at, id, values as never, previous);
  return [...(update ? [update] : []), ...(kind.afterWrite?.(at, id, values as never, previous) ?? [])];
}

async function made(kind: Kind, parent: (typeof kinds)[number]["parents"][number]) {
  const place = await world.parent(parent);
  const inputs = inputsOf(kind, { ...place, ...sampleOf(kind).args(0, world, place) });
  return { place, inputs, created: await world.run().lifecycle.create(kind, inputs) };
}

function inputsOf(kind: Kind, values: Properties): Record<string, unknown> {
  const { inputs, issues } = check(kind, {}, values);
  expect(issues).toEqual([]);
  return inputs;
}

async function placeOf(kind: Kind, inputs: Properties): Promise<Location> {
  const account = kind.parents.includes("account") ? await world.run().live.people.currentUser() : undefined;
  return { ...toLocation(kind, inputs), ...(account === undefined ? {} : { account }) };
}

/** With users by their UUIDs, as they are sent. */
async function plainOf(kind: Kind, inputs: Properties): Promise<Properties> {
  const { live } = world.run();
  const uuid = (user: unknown) => live.people.uuidOf("acme", String(user));
  const entries = Object.entries(inputs).map(async ([field, value]) => [
    field,
    fieldMeta(kind, field).reference !== "user"
      ? value
      : Array.isArray(value)
        ? (await Promise.all(value.map(uuid))).sort()
        : await uuid(value),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

async function remove(kind: Kind, kept: WriteResult): Promise<void> {
  await world.run().lifecycle.delete(kind, kept.id, {
    ...kept.outputs,
    ...("deletion" in kind.args.shape ? { deletion: "allow" } : {}),
  });
}
