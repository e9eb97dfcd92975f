/** The part of a Terraform state that concerns one workspace, and what to read for it. */

import { formatCount } from "../../errors/count";
import { deploymentEnvironment, project, repository } from "../../kinds";
import type { Kind } from "../../kinds/kind";
import { slugOf } from "../../kinds/slug";
import type { SurveyOptions } from "../../live";
import type { TerraformResource, TerraformState } from "./state";
import { findTargets, type ImportTarget, type OwnerLevel, placeOf, type TerraformPlace } from "./types";

/** A Terraform resource that has a counterpart here. */
export interface ManagedResource {
  readonly resource: TerraformResource;
  readonly level: OwnerLevel;
  readonly targets: readonly ImportTarget[];
  readonly place: TerraformPlace;
}

export interface TerraformScope {
  readonly managed: readonly ManagedResource[];
  /** What cannot be imported, a line each. */
  readonly without: readonly string[];
}

/** Whether the state names a workspace by its UUID, as zahiar's provider does for permissions. */
export function namesWorkspaceByUuid({ resources }: TerraformState): boolean {
  return resources.some(
    ({ type, attributes }) => placeOf(type, "repository", attributes).workspace?.[0] === "{",
  );
}

/**
 * @param uuid The workspace's UUID, if the state may use it.
 */
export function scopeTo(state: TerraformState, workspace: string, uuid?: string): TerraformScope {
  const managed: ManagedResource[] = [];
  const without = state.remarks.map(({ address, reason }) => `${address}: ${reason}`);
  const others = new Map<string, number>();
  for (const resource of state.resources) {
    const { type, attributes, address } = resource;
    const targets = findTargets(type, attributes);
    const [first] = targets;
    const level = typeof first === "object" ? first.level : "workspace";
    const place = placeOf(type, level, attributes);
    const { workspace: named } = place;
    if (named !== undefined && ![workspace, uuid].some((own) => own?.toLowerCase() === named.toLowerCase()))
      others.set(named, (others.get(named) ?? 0) + 1);
    else if (typeof targets === "string") without.push(`${address}: ${targets}`);
    else managed.push({ resource, level, targets, place: normalizePlace(place) });
  }
  for (const [name, count] of others)
    without.push(`${formatCount(count, "resource")} of the workspace ${name}: run another import for it`);
  return { managed: addUuids(managed), without };
}

/** Spelled as Bitbucket does: names in the state can be as somebody typed them. */
function normalizePlace(place: TerraformPlace): TerraformPlace {
  const named = (name: string, otherwise: (name: string) => string) =>
    name.startsWith("{") ? name.toLowerCase() : otherwise(name);
  return {
    ...place,
    repository: place.repository.map((name) => named(name, slugOf)),
    project: place.project.map((name) => named(name, (key) => key.toUpperCase())),
    environment: place.environment?.toLowerCase(),
  };
}

/**
 * Members of a repository or project refer to it by slug or key, which may have changed; its UUID has not.
 */
function addUuids(managed: readonly ManagedResource[]): readonly ManagedResource[] {
  const uuids = { repository: new Map<string, string>(), project: new Map<string, string>() };
  for (const owner of ["repository", "project"] as const)
    for (const { place, targets } of managed) {
      const uuid = place[owner].find((name) => name.startsWith("{"));
      if (uuid === undefined || !targets.some(({ kind }) => kind.parentRole === owner)) continue;
      for (const name of place[owner]) uuids[owner].set(name, uuid);
    }
  const known = (owner: "repository" | "project", names: readonly string[]) => [
    ...new Set([...names.flatMap((name) => uuids[owner].get(name) ?? []), ...names]),
  ];
  return managed.map((one) => ({
    ...one,
    place: {
      ...one.place,
      repository: known("repository", one.place.repository),
      project: known("project", one.place.project),
    },
  }));
}

/** Only what the state names is read. */
export function selectionFor({ managed }: TerraformScope): Omit<SurveyOptions, "workspace"> {
  const levels = new Set(managed.map(({ level }) => level));
  const owners: Kind[] = [];
  if (levels.has("project")) owners.push(project);
  if (levels.has("repository") || levels.has("environment")) owners.push(repository);
  if (levels.has("environment")) owners.push(deploymentEnvironment);
  const repositories = new Set(managed.flatMap(({ place }) => place.repository));
  const projects = new Set(managed.flatMap(({ place }) => place.project));
  const uuids = [...repositories, ...projects].filter((name) => name.startsWith("{"));
  return {
    kinds: [...new Set([...owners, ...managed.flatMap(({ targets }) => targets.map(({ kind }) => kind))])],
    projects: (key) => projects.has(key),
    repositories: (slug) => repositories.has(slug),
    uuids: new Set(uuids),
    ofWorkspace: levels.has("workspace"),
  };
}
