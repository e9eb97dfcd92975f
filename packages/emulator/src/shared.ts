/** Helpers of several families of routes. */
import { allowProject, allowRepository, workspaceOf } from "./access";
import { invalidField, notFound } from "./errors";
import type { Call } from "./server";
import type { Item, Project, Repository, State, User, Workspace } from "./state";

export function requireWorkspace(call: Call): Workspace {
  const name = call.params.workspace ?? "";
  if (name !== "{}") return workspaceOf(call.state, call.principal, name);
  // If the workspace is empty, a repository's UUID identifies it.
  const uuid = call.params.repo_slug ?? "";
  for (const candidate of call.state.workspaces.values()) {
    if (uuid.startsWith("{") && findRepository(candidate, uuid))
      return workspaceOf(call.state, call.principal, candidate.slug);
  }
  throw notFound();
}

/** An object that the path names; a 404 if it is missing, or a fault still hides it. */
export function requireVisible<Found extends object>(
  call: Call,
  found: Found | undefined,
  message: string,
): Found {
  if (!found || call.visible([found]).length === 0) throw notFound(message);
  return found;
}

/** The item that a parameter of the path names. */
export function requireItem<Found extends object>(
  call: Call,
  items: ReadonlyMap<string | number, Found> | undefined,
  parameter: string,
  message: string,
): Found {
  const id = call.params[parameter] ?? "";
  return requireVisible(call, items?.get(id) ?? items?.get(Number(id)), message);
}

/** The repository in the path, if the principal has this permission. */
export function requireRepository(
  call: Call,
  level: "read" | "write" | "admin" = "read",
): { workspace: Workspace; repository: Repository } {
  const owner = requireWorkspace(call);
  const found = requireVisible(
    call,
    findRepository(owner, call.params.repo_slug ?? ""),
    `Repository ${owner.slug}/${call.params.repo_slug} not found`,
  );
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

export function requireProject(
  call: Call,
  level: "read" | "write" | "admin" = "read",
): { workspace: Workspace; project: Project } {
  const owner = requireWorkspace(call);
  const found = requireItem(
    call,
    owner.projects,
    "project_key",
    `Project with key ${call.params.project_key} not found`,
  );
  allowProject(call.principal, owner, found, level);
  return { workspace: owner, project: found };
}

/** One family's items of an object, by UUID. They survive its rename. */
export function itemsOf(state: State, owner: { readonly uuid: string }, family: string): Map<string, Item> {
  state.items ??= new Map();
  const key = `${owner.uuid} ${family}`;
  const items = state.items.get(key) ?? new Map<string, Item>();
  state.items.set(key, items);
  return items;
}

/** A user by UUID or account id, as the API names them. */
export function userBy(state: State, name: string): User | undefined {
  return name.startsWith("{")
    ? state.users.get(name)
    : [...state.users.values()].find((user) => user.account_id === name);
}

export function renderUser(call: Call, user: User | undefined): unknown {
  if (!user) return undefined;
  const uuid = encodeURIComponent(user.uuid);
  return {
    type: "user",
    uuid: user.uuid,
    account_id: user.account_id,
    nickname: user.nickname,
    display_name: user.display_name,
    links: {
      self: apiLink(call, `/users/${uuid}`),
      html: webLink(call, `/${uuid}/`),
      avatar: webLink(call, `/account/${uuid}/avatar/`),
    },
  };
}

export function renderGroup(call: Call, owner: Workspace, slug: string): unknown {
  return {
    type: "group",
    slug,
    name: owner.groups.get(slug) ?? slug,
    full_slug: `${owner.slug}:${slug}`,
    workspace: renderWorkspaceName(call, owner),
    links: { html: webLink(call, `/${owner.slug}/workspace/groups/${slug}`) },
  };
}

/** The workspace as an owner. */
export function renderTeam(call: Call, owner: Workspace): unknown {
  return {
    type: "team",
    uuid: owner.uuid,
    username: owner.slug,
    display_name: owner.name,
    links: {
      self: apiLink(call, `/workspaces/${owner.slug}`),
      html: webLink(call, `/${owner.slug}/`),
      avatar: webLink(call, `/account/${owner.slug}/avatar/`),
    },
  };
}

/** The short form of a workspace, inside of other objects. */
export function renderWorkspaceName(call: Call, owner: Workspace): unknown {
  return {
    type: "workspace",
    uuid: owner.uuid,
    slug: owner.slug,
    name: owner.name,
    links: {
      self: apiLink(call, `/workspaces/${owner.slug}`),
      html: webLink(call, `/${owner.slug}/`),
      avatar: webLink(call, `/workspaces/${owner.slug}/avatar/`),
    },
  };
}

/** The short form of a repository, inside of other objects. */
export function renderRepositoryName(call: Call, owner: Workspace, found: Repository): unknown {
  const fullName = `${owner.slug}/${found.slug}`;
  return {
    type: "repository",
    uuid: found.uuid,
    name: found.name,
    full_name: fullName,
    links: repositoryLinks(call, fullName, found),
  };
}

export function repositoryLinks(call: Call, fullName: string, found: Repository): Record<string, unknown> {
  return {
    self: apiLink(call, `/repositories/${fullName}`),
    html: webLink(call, `/${fullName}`),
    avatar: webLink(call, `/ravatar/${encodeURIComponent(found.uuid)}?ts=${found.avatar ?? "default"}`),
  };
}

export interface Link {
  readonly href: string;
}

/** A link to the API, with the scheme and the host that the client used. */
export function apiLink(call: Pick<Call, "url">, path: string): Link {
  return { href: `${call.url.origin}/2.0${path}` };
}

/** A link to the web interface. For a client that only knows the service's names, that is another host. */
export function webLink(call: Pick<Call, "url">, path: string): Link {
  return { href: `${webOrigin(call)}${path}` };
}

/** The origin of the web interface, which serves git as well. */
function webOrigin(call: Pick<Call, "url">): string {
  return call.url.host === "api.bitbucket.org" ? `${call.url.protocol}//bitbucket.org` : call.url.origin;
}

/** Sets `Location` to the created object. */
export function recordLocation(call: Call, path: string): void {
  call.status(201);
  call.header("location", apiLink(call, path).href);
}

/** The same for an object that was added to the requested collection. */
export function recordLocationBelow(call: Call, name: string): void {
  recordLocation(
    call,
    `${call.url.pathname.slice("/2.0".length).replace(/\/$/, "")}/${encodeURIComponent(name)}`,
  );
}

/** The path of a repository below the API's base, by slugs. */
export function repositoryPath(owner: Workspace, found: Repository): string {
  return `/repositories/${owner.slug}/${found.slug}`;
}

/** A text in the body; `fallback` if it is omitted. */
export function readText(call: Call, name: string, fallback: string): string {
  const value = call.body[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "string") throw invalidField(name, "Not a valid string.");
  return value;
}

export function readFlag(call: Call, name: string, fallback: boolean): boolean {
  const value = call.body[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "boolean") throw invalidField(name, "Not a valid boolean.");
  return value;
}

/** A nested object in the body. */
export function readPart(call: Call, name: string): Record<string, unknown> | undefined {
  const value = call.body[name];
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
