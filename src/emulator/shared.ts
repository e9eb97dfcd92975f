/** What several families of routes need. */
import { allowProject, allowRepository, workspaceOf } from "./access";
import { badRequest, notFound } from "./errors";
import type { Call } from "./server";
import type { Project, Repository, State, User, Workspace } from "./state";

export function workspace(call: Call): Workspace {
  const name = call.params.workspace ?? "";
  if (name !== "{}") return workspaceOf(call.state, call.principal, name);
  // With an empty workspace, a repository's UUID says where it is.
  const uuid = call.params.repo_slug ?? "";
  for (const candidate of call.state.workspaces.values()) {
    if (uuid.startsWith("{") && findRepository(candidate, uuid))
      return workspaceOf(call.state, call.principal, candidate.slug);
  }
  throw notFound();
}

/** The repository of the path, if it may be seen and used like that. */
export function repository(
  call: Call,
  level: "read" | "write" | "admin" = "read",
): { workspace: Workspace; repository: Repository } {
  const owner = workspace(call);
  const found = findRepository(owner, call.params.repo_slug ?? "");
  if (!found || call.visible([found]).length === 0) {
    throw notFound(`Repository ${owner.slug}/${call.params.repo_slug} not found`);
  }
  allowRepository(call.principal, owner, found, level);
  return { workspace: owner, repository: found };
}

const byUuid = new WeakMap<Workspace, Map<string, Repository>>();

/** Adds a repository to its workspace. */
export function addRepository(owner: Workspace, made: Repository): void {
  owner.repositories.set(made.slug, made);
  byUuid.get(owner)?.set(made.uuid, made);
}

export function findRepository(owner: Workspace, name: string): Repository | undefined {
  if (!name.startsWith("{")) return owner.repositories.get(name.toLowerCase());
  let index = byUuid.get(owner);
  const known = index?.get(name);
  if (known && owner.repositories.get(known.slug) === known) return known;
  index = new Map([...owner.repositories.values()].map((one) => [one.uuid, one]));
  byUuid.set(owner, index);
  return index.get(name);
}

export function project(
  call: Call,
  level: "read" | "write" | "admin" = "read",
): { workspace: Workspace; project: Project } {
  const owner = workspace(call);
  const found = owner.projects.get(call.params.project_key ?? "");
  if (!found || call.visible([found]).length === 0)
    throw notFound(`Project with key ${call.params.project_key} not found`);
  allowProject(call.principal, owner, found, level);
  return { workspace: owner, project: found };
}

/** A user by UUID or account id, as the API names them. */
export function userBy(state: State, name: string): User | undefined {
  return name.startsWith("{")
    ? state.users.get(name)
    : [...state.users.values()].find((user) => user.account_id === name);
}

export function renderUser(user: User | undefined): unknown {
  return (
    user && {
      type: "user",
      uuid: user.uuid,
      account_id: user.account_id,
      nickname: user.nickname,
      display_name: user.display_name,
      links: { self: { href: `https://api.bitbucket.org/2.0/users/${encodeURIComponent(user.uuid)}` } },
    }
  );
}

export function renderGroup(owner: Workspace, slug: string): unknown {
  return {
    type: "group",
    slug,
    name: owner.groups.get(slug) ?? slug,
    full_slug: `${owner.slug}:${slug}`,
    workspace: { type: "workspace", uuid: owner.uuid, slug: owner.slug, name: owner.name },
  };
}

/** A text of the body; `fallback` where it is left out. */
export function text(call: Call, name: string, fallback: string): string {
  const value = call.body[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "string") throw badRequest("Bad request", { [name]: ["Not a valid string."] });
  return value;
}

export function flag(call: Call, name: string, fallback: boolean): boolean {
  const value = call.body[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "boolean") throw badRequest("Bad request", { [name]: ["Not a valid boolean."] });
  return value;
}

/** A nested object of the body. */
export function part(call: Call, name: string): Record<string, unknown> | undefined {
  const value = call.body[name];
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
