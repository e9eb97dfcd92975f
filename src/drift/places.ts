/** The owners of a resource, by names that people know: from YAML, state and server. */
import { type DesiredResource, keyOf, rootOf } from "../desired";
import { isRepositoryOrProject, type Properties } from "../kinds/kind";
import type { StateEntry } from "../plan";
import type { Observation } from "./observe";

export interface ResourcePlace {
  readonly project?: string | undefined;
  /** The repository's key in YAML; if it is not in YAML, the name of its resource. */
  readonly repository?: string | undefined;
  /** All its names. */
  readonly repositories: readonly string[];
  /** The key of the resource that owns it: `Repository api`. */
  readonly owner?: string | undefined;
  /** The current slug. */
  readonly slug?: string | undefined;
}

/** Finds the places of resources. Observations of the owners make them more precise. */
export class Places {
  readonly #byId = new Map<string, StateEntry>();
  readonly #byKey = new Map<string, StateEntry>();
  observations: ReadonlyMap<string, Observation> = new Map();

  constructor(state: readonly StateEntry[]) {
    for (const resource of state) {
      this.#byKey.set(keyOf(resource), resource);
      if (resource.kind.parentRole) this.#byId.set(resource.id, resource);
    }
  }

  ofDesired(resource: DesiredResource): ResourcePlace {
    const root = rootOf(resource);
    const owner = resource.parent && keyOf(resource.parent);
    if (root.kind.parentRole === "project")
      return { project: String(root.args.key), repositories: [], owner };
    if (root.kind.parentRole !== "repository") return { repositories: [], owner };
    const held = this.#byKey.get(keyOf(root));
    const slug = this.#slug(held, root.args);
    const project = root.args.project ?? this.#live(held).project;
    return {
      ...(typeof project === "string" ? { project } : {}),
      repository: root.name,
      repositories: [root.name, ...(slug === undefined ? [] : [slug])],
      owner,
      slug,
    };
  }

  ofState(resource: StateEntry): ResourcePlace {
    const { kind, outputs } = resource;
    const own = isRepositoryOrProject(kind);
    const parent = this.#parentOf(outputs);
    const owner = own || !parent ? undefined : keyOf(parent);
    const held = kind.parentRole === "repository" ? resource : this.#byId.get(String(outputs.repository));
    if (held) {
      const slug = this.#slug(held, held.outputs);
      const project = held.outputs.project ?? this.#live(held).project;
      return {
        ...(typeof project === "string" ? { project } : {}),
        repository: held.name,
        repositories: [held.name, ...(slug === undefined ? [] : [slug])],
        owner,
        slug,
      };
    }
    if (typeof outputs.repository === "string")
      return { repository: outputs.repository, repositories: [outputs.repository], slug: outputs.repository };
    const project =
      kind.parentRole === "project"
        ? outputs.key
        : (this.#byId.get(String(outputs.project))?.outputs.key ?? outputs.project);
    return { ...(typeof project === "string" ? { project } : {}), repositories: [], owner };
  }

  #parentOf(outputs: Properties): StateEntry | undefined {
    for (const field of ["environment", "repository", "project"]) {
      const id = outputs[field];
      if (typeof id === "string") return this.#byId.get(id);
    }
    return undefined;
  }

  #slug(held: StateEntry | undefined, values: Properties): string | undefined {
    const { slug } = this.#live(held);
    if (typeof slug === "string") return slug;
    const fullName = held?.outputs.fullName;
    if (typeof fullName === "string") return fullName.slice(fullName.indexOf("/") + 1);
    return typeof values.slug === "string" ? values.slug : undefined;
  }

  #live(held: StateEntry | undefined): Properties {
    const seen = held && this.observations.get(keyOf(held));
    return seen && "current" in seen ? seen.current.live : {};
  }
}
