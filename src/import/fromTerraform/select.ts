/**
 * Selects the live objects that a Terraform state manages. Values come from the live objects; the state only
 * says what is managed.
 */
import { deploymentEnvironment, project, repository } from "../../kinds";
import type { Kind, Properties } from "../../kinds/kind";
import type { Survey, SurveyedObject } from "../../live";
import type { ManagedResource } from "./scope";
import type { TerraformResource } from "./state";
import { type ImportTarget, toText } from "./types";

export interface TerraformChoice {
  /** The found objects and their owners, in the order of the survey. */
  readonly objects: readonly SurveyedObject[];
  /** The objects of each resource. A resource that does not exist is missing from the map. */
  readonly found: ReadonlyMap<TerraformResource, readonly SurveyedObject[]>;
  /** Values from the state that the API does not show. */
  readonly secrets: ReadonlyMap<SurveyedObject, Properties>;
  /** Owners that Terraform does not manage: their members cannot be declared without them. */
  readonly beyond: readonly SurveyedObject[];
  /** The resources that were not found, with the reason, a line each. */
  readonly missing: readonly string[];
}

interface ChoiceOptions {
  /** Repositories that are skipped as a whole, by UUID. */
  readonly skipped?: ReadonlyMap<string, unknown> | undefined;
  /** UUIDs of users that the state identifies in another way. */
  readonly users?: ReadonlyMap<string, string> | undefined;
}

export function selectByTerraform(
  managed: readonly ManagedResource[],
  { objects, unreadable }: Survey,
  { skipped = new Map(), users = new Map() }: ChoiceOptions = {},
): TerraformChoice {
  const live = new LiveIndex(objects);
  const found = new Map<TerraformResource, SurveyedObject[]>();
  const chosen = new Set<SurveyedObject>();
  const secrets = new Map<SurveyedObject, Properties>();
  const missing: string[] = [];
  for (const one of managed) {
    const { resource, targets } = one;
    const tell = (target: ImportTarget, id?: string) =>
      missing.push(`${resource.address}: ${reasonFor(one, target, id, live, unreadable, skipped)}`);
    if (!live.isThere(one) || skipped.has(live.repository(one)?.found.id ?? "")) {
      const [first] = targets;
      if (first) tell(first);
      continue;
    }
    const mine: SurveyedObject[] = [];
    const before = missing.length;
    for (const target of targets) {
      for (const { object, id } of matches(target, one, live.candidates(target.kind, one), users)) {
        if (!object) {
          tell(target, id);
          continue;
        }
        mine.push(object);
        const [field, value] = target.secret?.(resource.attributes, object.found) ?? [];
        if (field !== undefined && toText(value) !== undefined && object.found.args[field] === undefined)
          secrets.set(object, { [field]: value });
      }
    }
    // A set of reviewers may be empty.
    if (mine.length > 0 || missing.length === before) found.set(resource, mine);
    for (const object of mine)
      for (let at: SurveyedObject | undefined = object; at; at = at.owner) chosen.add(at);
  }
  const named = new Set([...found.values()].flat());
  const inOrder = objects.filter((object) => chosen.has(object));
  return { objects: inOrder, found, secrets, beyond: inOrder.filter((one) => !named.has(one)), missing };
}

/**
 * Returns the objects of a target. Without any, the target does not exist; among several, the one with its
 * id.
 */
function matches(
  { ids, is, each }: ImportTarget,
  { resource: { attributes } }: ManagedResource,
  candidates: readonly SurveyedObject[],
  users: ReadonlyMap<string, string>,
): readonly { readonly object: SurveyedObject | undefined; readonly id?: string }[] {
  const withId = (id: unknown) =>
    candidates.find(({ found }) => found.id.toLowerCase() === String(id ?? "").toLowerCase());
  if (each)
    return each(attributes)
      .flatMap((id) => toText(id) ?? [])
      .map((id) => ({ object: withId(users.get(id) ?? id), id }));
  for (const id of ids?.(attributes) ?? []) {
    const object = withId(id);
    if (object) return [{ object }];
  }
  return [{ object: candidates.find(({ found }) => is?.(found, attributes)) }];
}

/** The reason why something in the state was not found: it is gone, or not visible. */
function reasonFor(
  { level, place }: ManagedResource,
  { kind }: ImportTarget,
  id: string | undefined,
  live: LiveIndex,
  unreadable: Survey["unreadable"],
  skipped: ReadonlyMap<string, unknown>,
): string {
  const refusal = (of: Kind, owner: SurveyedObject | undefined) =>
    unreadable.find((one) => one.kind === of && one.owner === owner && one.field === undefined)?.reason;
  const ofOwner = (of: Kind, names: readonly string[]): string => {
    const name = names.find((one) => !one.startsWith("{")) ?? names[0];
    if (name === undefined)
      return `the state does not say which ${of.title} it belongs to: Terraform probably knows that it was deleted`;
    const hidden = refusal(of, undefined);
    return hidden === undefined
      ? `the ${of.title} ${name} was not found in the workspace`
      : `the ${of.title} ${name} is not accessible with this credential. ${hidden}`;
  };
  const here = { level, place };
  let owner: SurveyedObject | undefined;
  if (level === "project") {
    owner = live.project(here);
    if (!owner) return ofOwner(project, place.project);
  } else if (level === "repository" || level === "environment") {
    owner = live.repository(here);
    if (!owner) return ofOwner(repository, place.repository);
    if (skipped.has(owner.found.id))
      return `the repository ${owner.found.args.slug} cannot be administered with this credential`;
    if (level === "environment") {
      const refused = refusal(deploymentEnvironment, owner);
      owner = live.environment(here);
      if (!owner)
        return refused === undefined
          ? "its deployment environment was not found"
          : `could not be read: ${refused}`;
    }
  }
  const refused = refusal(kind, owner);
  if (refused !== undefined) return `could not be read: ${refused}`;
  if (level === "account")
    return "is not a key of the credential's user: run the import with the credential of its owner";
  return id === undefined ? "was not found in the workspace" : `no ${kind.title} ${id} was found there`;
}

/** The workspace's objects, by owner. */
class LiveIndex {
  readonly #below = new Map<SurveyedObject | undefined, Map<Kind, SurveyedObject[]>>();
  readonly #owners = new Map<string, SurveyedObject>();

  constructor(objects: readonly SurveyedObject[]) {
    for (const object of objects) {
      const { kind, found, owner } = object;
      const siblings = this.#below.get(owner) ?? new Map<Kind, SurveyedObject[]>();
      this.#below.set(owner, siblings);
      siblings.set(kind, [...(siblings.get(kind) ?? []), object]);
      if (kind === project) this.#name(object, found.args.key);
      if (kind === repository) this.#name(object, found.args.slug);
      if (kind === deploymentEnvironment) this.#name(object);
    }
  }

  #name(object: SurveyedObject, ...names: unknown[]): void {
    for (const name of [object.found.id.toLowerCase(), ...names])
      this.#owners.set(`${object.kind.name} ${name}`, object);
  }

  #owner(kind: Kind, names: readonly string[]): SurveyedObject | undefined {
    // A UUID takes precedence over names: another object may have the name now.
    for (const name of names) {
      const owner = this.#owners.get(`${kind.name} ${name}`);
      if (owner) return owner;
    }
    return undefined;
  }

  project({ place }: Pick<ManagedResource, "place">): SurveyedObject | undefined {
    return this.#owner(project, place.project);
  }

  repository({ place }: Pick<ManagedResource, "place">): SurveyedObject | undefined {
    return this.#owner(repository, place.repository);
  }

  environment({ place }: Pick<ManagedResource, "place">): SurveyedObject | undefined {
    const found = place.environment && this.#owner(deploymentEnvironment, [place.environment]);
    return found && found.owner === this.repository({ place }) ? found : undefined;
  }

  /** The owner of the resource's object; `undefined` for the workspace and the account. */
  #ownerOf(one: ManagedResource): SurveyedObject | undefined {
    if (one.level === "environment") return this.environment(one);
    return one.level === "repository" ? this.repository(one) : this.project(one);
  }

  /** Whether the owner of the resource's object exists. */
  isThere(one: ManagedResource): boolean {
    return one.level === "workspace" || one.level === "account" || this.#ownerOf(one) !== undefined;
  }

  /** Objects of a kind with the same owner as the resource's object. */
  candidates(kind: Kind, one: ManagedResource): readonly SurveyedObject[] {
    const owner = this.#ownerOf(one);
    if (owner?.kind === kind) return [owner];
    return this.#below.get(owner)?.get(kind) ?? [];
  }
}
