/** Stacks of any kinds below one repository, and what the engine does with them, without an engine. */
import fc from "fast-check";
import { deploymentEnvironment, kinds, pipelineVariable } from "../../src/kinds";
import type { Kind, Values } from "../../src/kinds/kind";
import type { HeldObject } from "../../src/live";
import { check } from "../../src/provider/check";
import { diff } from "../../src/provider/diff";
import { HalfDoneError } from "../../src/provider/errors";
import type { Created } from "../../src/provider/lifecycle";
import { sampleOf } from "./samples/sample";
import type { World } from "./support";

/** What belongs to a repository and can stand there in any number and form. */
const chosen = kinds.filter((kind) => kind.parents.includes("repository") && !kind.refuseDelete);

/** Values with which others of the stack cannot be: a schedule takes Pipelines that are on. Build numbers only grow. */
const clashing = ["PipelinesConfig.enabled", "PipelinesConfig.nextBuildNumber"];

/** A stack: for each kind none, one or two objects, each with some of its other values. */
export const stacks = fc.array(
  fc.record({
    kind: fc.constantFrom(...chosen.map((kind) => kind.name)),
    index: fc.nat(1),
    changed: fc.array(fc.nat(6), { maxLength: 4 }),
    /** Variables may belong to an environment as well. */
    inside: fc.boolean(),
  }),
  { maxLength: 12 },
);
export type Stack = typeof stacks extends fc.Arbitrary<infer Held> ? Held : never;

export type Desired = Map<string, { kind: Kind; inputs: Record<string, unknown> }>;

/** @param environment Where an environment is, whose variables the stack may hold; it is not one of the stack's. */
export function desiredOf(stack: Stack, world: World, place: Values, environment?: Values): Desired {
  const desired: Desired = new Map();
  for (const { kind: kindName, index, changed, inside } of stack) {
    const kind = chosen.find((candidate) => candidate.name === kindName);
    if (!kind || (environment && kind === deploymentEnvironment && index === 0)) continue;
    const one = kind.naturalKey.length === 0 ? 0 : index;
    const at = inside && environment && kind === pipelineVariable ? environment : place;
    const sample = sampleOf(kind);
    const changes = Object.entries({ ...sample.changes, ...sample.at?.repository?.changes }).filter(
      ([field]) => !kind.naturalKey.includes(field) && !clashing.includes(`${kind.name}.${field}`),
    );
    const more = Object.fromEntries(changes.filter((_change, position) => changed.includes(position)));
    const { inputs, issues } = check(kind, {}, { ...at, ...sample.args(one, world, place), ...more });
    expect(issues).toEqual([]);
    desired.set(`${kind.name} ${one}${at === place ? "" : " inside"}`, { kind, inputs });
  }
  return desired;
}

/** What the engine does: refresh, then delete, then create or update. A refresh that fails changes nothing. */
export class Engine {
  state = new Map<string, { kind: Kind; created: Created }>();

  constructor(private readonly world: World) {}

  /** @returns How many changes it made. */
  async apply(desired: Desired): Promise<number> {
    const { lifecycle } = this.world.run({ held: async () => this.held });
    let changes = 0;
    const refreshed = new Map(this.state);
    for (const [name, { kind, created }] of this.state) {
      const current = await lifecycle.read(kind, created.id, created.outputs);
      if (current) refreshed.set(name, { kind, created: current });
      else refreshed.delete(name);
    }
    this.state = refreshed;
    for (const [name, { kind, created }] of [...this.state]) {
      if (desired.has(name)) continue;
      await lifecycle.delete(kind, created.id, created.outputs);
      this.state.delete(name);
      changes += 1;
    }
    for (const [name, { kind, inputs }] of desired) {
      const before = this.state.get(name)?.created;
      if (before && !diff(kind, before.outputs, inputs).changes) continue;
      const keep = (created: Created) => this.state.set(name, { kind, created });
      try {
        keep(
          before
            ? await lifecycle.update(kind, before.id, before.outputs, inputs)
            : await lifecycle.create(kind, inputs),
        );
      } catch (error) {
        if (error instanceof HalfDoneError) keep({ id: error.id, outputs: error.properties });
        throw error;
      }
      changes += 1;
    }
    return changes;
  }

  get held(): HeldObject[] {
    return [...this.state].map(([name, { kind, created }]) => ({
      kind,
      id: created.id,
      name,
      values: created.outputs,
    }));
  }
}
