/** Stacks of any kinds below one repository, and the engine's operations on them, without an engine. */
import fc from "fast-check";
import {
  defaultReviewer,
  deploymentEnvironment,
  kinds,
  pipelineVariable,
  project,
  projectGroupPermission,
  projectUserPermission,
  repository,
} from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import type { HeldObject } from "../../src/live";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import { HalfDoneError } from "../../src/provider/errors";
import type { WriteResult } from "../../src/provider/lifecycle";
import { sampleOf } from "./samples/sample";
import type { World } from "./support";

/** Members of a repository, in any number and form. */
const chosen = kinds.filter((kind) => kind.parents.includes("repository") && !kind.refuseDelete);

/** The same below a project: without fields that cannot be changed there. */
const inProject: readonly Kind[] = [defaultReviewer, projectUserPermission, projectGroupPermission];
const all = [...new Set([...chosen, ...inProject])];

/** Values that conflict with others of the stack: a schedule requires Pipelines. Build numbers only grow. */
const clashing = ["PipelinesConfig.enabled", "PipelinesConfig.nextBuildNumber"];

/** A stack: for each kind none, one or two objects, each with some of its other values. */
export const stacks = fc.array(
  fc.record({
    kind: fc.constantFrom(...all.map((kind) => kind.name)),
    index: fc.nat(1),
    changed: fc.array(fc.nat(6), { maxLength: 4 }),
    /** Whether it belongs to the environment or the project, if it can. */
    elsewhere: fc.boolean(),
    description: fc.constantFrom("", "Other"),
  }),
  { maxLength: 12 },
);
export type Stack = typeof stacks extends fc.Arbitrary<infer Held> ? Held : never;

export type Desired = Map<string, { kind: Kind; inputs: Record<string, unknown> }>;

/** The possible locations of a stack's resources. */
export interface Places {
  readonly repository: Properties;
  /** An environment that is not one of the stack's. */
  readonly environment?: Properties;
  /** With the project itself, and the repository, as resources of the stack. */
  readonly project?: Properties;
}

export function desiredOf(stack: Stack, world: World, places: Places): Desired {
  const desired: Desired = new Map();
  const add = (name: string, kind: Kind, values: Properties) => {
    const { inputs, issues } = check(kind, {}, values);
    expect(issues).toEqual([]);
    desired.set(name, { kind, inputs });
  };
  if (places.project) {
    const [first] = stack;
    const more = { workspace: "acme", description: first?.description ?? "", adopt: true };
    add("Project", project, { ...more, key: places.project.key, name: places.project.key, isPrivate: false });
    add("Repository", repository, { ...more, name: places.project.slug, project: places.project.key });
  }
  for (const { kind: kindName, index, changed, elsewhere } of stack) {
    const kind = all.find((candidate) => candidate.name === kindName);
    if (!kind || (places.environment && kind === deploymentEnvironment && index === 0)) continue;
    const one = kind.naturalKey.length === 0 ? 0 : index;
    const isInProject = inProject.includes(kind) && (elsewhere || !chosen.includes(kind));
    if (isInProject && !places.project) continue;
    const isInEnvironment = elsewhere && places.environment !== undefined && kind === pipelineVariable;
    const at = isInProject
      ? { workspace: "acme", project: places.project?.uuid }
      : isInEnvironment
        ? places.environment
        : places.repository;
    const sample = sampleOf(kind);
    const changes = Object.entries({ ...sample.changes, ...sample.at?.repository?.changes }).filter(
      ([field]) => !kind.naturalKey.includes(field) && !clashing.includes(`${kind.name}.${field}`),
    );
    const more = Object.fromEntries(changes.filter((_change, position) => changed.includes(position)));
    const name = `${kind.name} ${one}${at === places.repository ? "" : " elsewhere"}`;
    add(name, kind, { ...at, ...sample.args(one, world, places.repository), ...more });
  }
  return desired;
}

/**
 * The engine's operations: refresh, then delete, then create or update. A refresh that fails changes nothing.
 */
export class Engine {
  state = new Map<string, { kind: Kind; created: WriteResult }>();

  constructor(private readonly world: World) {}

  /** @returns The number of changes. */
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
      const keep = (created: WriteResult) => this.state.set(name, { kind, created });
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
