/** Projects. */
import { allowWorkspaceAdmin, mayReadProject } from "./access";
import { uploadedAvatar } from "./avatars";
import { badRequest, invalidField, refuseAccess } from "./errors";
import { emitProjectUpdate } from "./events";
import { newProject } from "./newState";
import type { Call, Route } from "./server";
import {
  apiLink,
  readFlag,
  readText,
  recordLocation,
  renderTeam,
  renderWorkspaceName,
  requireProject,
  requireWorkspace,
  webLink,
} from "./shared";
import type { Project, Workspace } from "./state";

export function addProjectRoutes(route: Route): void {
  route("GET", "/workspaces/{workspace}/projects", (call) => {
    const owner = requireWorkspace(call);
    const seen = call
      .visible(owner.projects.values())
      .filter((one) => mayReadProject(call.principal, owner, one));
    return call.page(seen, { render: (one) => renderProject(call, owner, one) });
  });
  route("POST", "/workspaces/{workspace}/projects", (call) => {
    const owner = requireWorkspace(call);
    allowWorkspaceAdmin(call.principal, owner);
    return create(call, owner, readText(call, "key", ""));
  });
  route("GET", "/workspaces/{workspace}/projects/{project_key}", (call) => {
    const found = requireProject(call);
    return renderProject(call, found.workspace, found.project);
  });
  route("PUT", "/workspaces/{workspace}/projects/{project_key}", (call) => {
    const owner = requireWorkspace(call);
    allowWorkspaceAdmin(call.principal, owner);
    const key = call.params.project_key ?? "";
    const found = owner.projects.get(key);
    // A PUT to a missing project creates it.
    if (!found) return create(call, owner, readText(call, "key", key));
    return update(call, owner, found);
  });
  route("DELETE", "/workspaces/{workspace}/projects/{project_key}", (call) => {
    const { workspace: owner, project: found } = requireProject(call, "admin");
    if ([...owner.repositories.values()].some((one) => one.project === found.key)) {
      throw refuseAccess("The project cannot be deleted: it still contains repositories.");
    }
    const late = found.lateDeletions ?? 0;
    if (late > 0) {
      found.lateDeletions = late - 1;
      throw refuseAccess("The project cannot be deleted: it still contains repositories.");
    }
    owner.projects.delete(found.key);
  });
}

function create(call: Call, owner: Workspace, key: string): unknown {
  const name = checkedName(readText(call, "name", ""));
  checkKey(owner, key);
  const made: Project = {
    ...newProject(key, name, call.now()),
    description: readText(call, "description", ""),
    is_private: readFlag(call, "is_private", true),
    ...uploadedAvatar(call),
  };
  owner.projects.set(key, call.made(made));
  recordLocation(call, `/workspaces/${owner.slug}/projects/${key}`);
  return renderProject(call, owner, made);
}

function update(call: Call, owner: Workspace, found: Project): unknown {
  const { key } = found;
  const next = readText(call, "key", key);
  if (next !== key) checkKey(owner, next);
  const name = checkedName(readText(call, "name", found.name));
  const description = readText(call, "description", found.description ?? "");
  const isPrivate = readFlag(call, "is_private", found.is_private);
  if (isPrivate && hasPublicRepositories(owner, key)) {
    throw badRequest("Private projects cannot contain public repositories.", {
      is_private: ["The project contains public repositories."],
    });
  }
  Object.assign(found, {
    key: next,
    name,
    description,
    is_private: isPrivate,
    ...uploadedAvatar(call, found.avatar),
  });
  if (next !== key) {
    // At the same position: the oldest project is the default for repositories.
    owner.projects = new Map([...owner.projects.values()].map((one) => [one.key, one]));
    for (const repository of owner.repositories.values())
      if (repository.project === key) repository.project = next;
    for (const token of call.state.tokens)
      if (token.workspace === owner.slug && token.project === key) token.project = next;
    call.header("location", apiLink(call, `/workspaces/${owner.slug}/projects/${next}`).href);
  }
  found.updated_on = call.now();
  emitProjectUpdate(call, owner, found);
  return renderProject(call, owner, found);
}

function checkKey(owner: Workspace, key: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key)) {
    throw invalidField(
      "key",
      "The key must start with a letter and hold letters, digits and underscores only.",
    );
  }
  if (owner.projects.has(key)) throw invalidField("key", "Project with this Owner and Key already exists.");
}

function hasPublicRepositories(owner: Workspace, key: string): boolean {
  for (const one of owner.repositories.values()) if (!one.is_private && one.project === key) return true;
  return false;
}

function checkedName(name: string): string {
  if (name.trim() === "") throw invalidField("name", "This field is required.");
  return name;
}

export function renderProject(call: Call, owner: Workspace, found: Project): unknown {
  return {
    type: "project",
    uuid: found.uuid,
    key: found.key,
    name: found.name,
    description: found.description,
    is_private: found.is_private,
    created_on: found.created_on,
    updated_on: found.updated_on,
    has_publicly_visible_repos: hasPublicRepositories(owner, found.key),
    owner: renderTeam(call, owner),
    workspace: renderWorkspaceName(call, owner),
    links: projectLinks(call, owner, found),
  };
}

/** The short form of a project, inside of other objects. */
export function renderProjectName(call: Call, owner: Workspace, found: Project): unknown {
  const { uuid, key, name } = found;
  return { type: "project", uuid, key, name, links: projectLinks(call, owner, found) };
}

function projectLinks(call: Call, owner: Workspace, found: Project): unknown {
  const query = encodeURIComponent(`project.key="${found.key}"`);
  return {
    self: apiLink(call, `/workspaces/${owner.slug}/projects/${found.key}`),
    html: webLink(call, `/${owner.slug}/workspace/projects/${found.key}`),
    repositories: apiLink(call, `/repositories/${owner.slug}?q=${query}`),
    avatar: webLink(
      call,
      `/account/user/${owner.slug}/projects/${found.key}/avatar/32${found.avatar === undefined ? "" : `?ts=${found.avatar}`}`,
    ),
  };
}
