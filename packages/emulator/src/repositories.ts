/**
 * Repositories: create, rename, move, fork, delete; and the settings that they inherit from their project.
 */

import { allowRepository, allowRepositoryIn, isOwner } from "./access";
import { uploadedAvatar } from "./avatars";
import { addDefaultEnvironments } from "./environments";
import { badRequest, invalidField, notFound, Refusal, refuseAccess } from "./errors";
import { emitRepositoryEvent, emitRepositoryUpdate, pickAnnounced } from "./events";
import { newProject, newRepository } from "./newState";
import { renderRepository } from "./repositoryViews";
import type { Call, Route } from "./server";
import {
  addRepository,
  apiLink,
  findRepository,
  readFlag,
  readPart,
  readText,
  recordLocation,
  repositoryPath,
  requireRepository,
  requireWorkspace,
} from "./shared";
import { checkSlug, slugFor } from "./slug";
import type { Project, Repository, Workspace } from "./state";

const forkPolicies = ["allow_forks", "no_public_forks", "no_forks"];

/** The permission that a role requires. */
const levelOf: Readonly<Record<string, "read" | "write" | "admin">> = {
  member: "read",
  contributor: "write",
  admin: "admin",
  owner: "admin",
};

export function addRepositoryRoutes(route: Route): void {
  route("GET", "/repositories/{workspace}", (call) => {
    const owner = requireWorkspace(call);
    const level = levelOf[call.url.searchParams.get("role") ?? "member"];
    if (!level) throw badRequest("Invalid role");
    const seen = call.visible(owner.repositories.values()).filter((one) => {
      try {
        allowRepository(call.principal, owner, one, level);
        return true;
      } catch {
        return false;
      }
    });
    return call.page(seen, { render: (one) => renderRepository(call, owner, one) });
  });
  route("GET", "/repositories/{workspace}/{repo_slug}", (call) => {
    const found = requireRepository(call);
    return renderRepository(call, found.workspace, found.repository);
  });
  route("POST", "/repositories/{workspace}/{repo_slug}", (call) =>
    create(call, requireWorkspace(call), call.params.repo_slug ?? ""),
  );
  route("PUT", "/repositories/{workspace}/{repo_slug}", (call) => {
    const owner = requireWorkspace(call);
    const name = call.params.repo_slug ?? "";
    const found = findRepository(owner, name);
    if (!found) {
      if (name.startsWith("{")) throw notFound(`Repository ${owner.slug}/${name} not found`);
      // A PUT to a missing repository creates it.
      const made = create(call, owner, name);
      recordLocation(call, `/repositories/${owner.slug}/${name}`);
      return made;
    }
    allowRepository(call.principal, owner, found, "admin");
    return update(call, owner, found);
  });
  route("DELETE", "/repositories/{workspace}/{repo_slug}", (call) => {
    const { workspace: owner, repository: found } = requireRepository(call, "admin");
    owner.repositories.delete(found.slug);
    call.git.drop(found);
    const holder = owner.projects.get(found.project);
    if (holder && call.habits.lateRepositoryDeletion)
      holder.lateDeletions = call.habits.lateRepositoryDeletion;
    // Its own tokens are deleted with it.
    for (const token of call.state.tokens) if (token.repository === found.uuid) token.revoked = true;
    emitRepositoryEvent(call, "repo:deleted", owner, found);
  });
  addForkRoutes(route);
  addOverrideRoutes(route);
}

function addForkRoutes(route: Route): void {
  route("GET", "/repositories/{workspace}/{repo_slug}/forks", (call) => {
    const { workspace: from, repository: parent } = requireRepository(call);
    const forks = [...call.state.workspaces.values()].flatMap((owner) =>
      [...owner.repositories.values()]
        .filter((one) => one.parent === `${from.slug}/${parent.slug}`)
        .map((one) => renderRepository(call, owner, one)),
    );
    return call.page(forks);
  });
  route("POST", "/repositories/{workspace}/{repo_slug}/forks", (call) => {
    const { workspace: from, repository: parent } = requireRepository(call);
    const slug = String(readPart(call, "workspace")?.slug ?? from.slug);
    const owner = call.state.workspaces.get(slug);
    if (!owner || !isOwner(call.principal, owner)) throw refuseAccess();
    if (parent.fork_policy === "no_forks") throw badRequest("This repository cannot be forked.");
    call.git.keep(call.state);
    const fork = slugFor(readText(call, "name", parent.name));
    const made = create(call, owner, fork, { ...parent, parent: `${from.slug}/${parent.slug}` });
    recordLocation(call, `/repositories/${owner.slug}/${fork}`);
    return made;
  });
}

function addOverrideRoutes(route: Route): void {
  route("GET", "/repositories/{workspace}/{repo_slug}/override-settings", (call) => ({
    type: "repository_inheritance_state",
    override_settings: requireRepository(call, "admin").repository.overrides,
  }));
  route("PUT", "/repositories/{workspace}/{repo_slug}/override-settings", (call) => {
    const { repository: found } = requireRepository(call, "admin");
    const given = readPart(call, "override_settings") ?? call.body;
    for (const name of ["branching_model", "default_merge_strategy", "branch_restrictions"]) {
      if (typeof given[name] === "boolean") found.overrides[name] = given[name];
    }
  });
}

function create(call: Call, owner: Workspace, slug: string, from?: Repository): unknown {
  checkSlug(slug);
  if (owner.repositories.has(slug)) throw badRequest("Repository with this Slug and Owner already exists.");
  const scm = readText(call, "scm", "git");
  if (scm !== "git") throw invalidField("scm", "Only git is supported.");
  const project = projectFor(call, owner);
  allowRepositoryIn(call.principal, owner, project);
  const made: Repository = {
    ...newRepository(slug, project.key, call.now()),
    name: readText(call, "name", slug),
    description: readText(call, "description", from?.description ?? ""),
    is_private: readFlag(call, "is_private", from?.is_private ?? false),
    fork_policy: forkPolicy(call, from?.fork_policy ?? "allow_forks"),
    language: readText(call, "language", from?.language ?? ""),
    website: readText(call, "website", ""),
    ...uploadedAvatar(call),
    mainbranch: mainBranch(call) ?? from?.mainbranch ?? null,
    parent: from?.parent ?? null,
    // The creator watches it.
    watchers: new Set(call.principal.user ? [call.principal.user.uuid] : []),
    branches: new Map(from?.branches),
    tags: new Map(from?.tags),
    commits: new Map(from?.commits),
    ...(from?.bundle === undefined ? {} : { bundle: from.bundle }),
  };
  check(made, project);
  if (call.habits.defaultEnvironments) addDefaultEnvironments(made.environments);
  addRepository(owner, call.made(made));
  emitRepositoryEvent(call, "repo:created", owner, made);
  return renderRepository(call, owner, made);
}

function update(call: Call, owner: Workspace, found: Repository): unknown {
  const project = readPart(call, "project") ? projectFor(call, owner) : owner.projects.get(found.project);
  const name = readText(call, "name", found.name);
  const slug = name === found.name ? found.slug : slugFor(name);
  const other = owner.repositories.get(slug);
  if (other && other !== found)
    throw new Refusal(400, "Repository with this Slug and Owner already exists.", {
      fields: { name: ["Repository with this Slug and Owner already exists."] },
    });
  if (slug !== found.slug) checkSlug(slug);
  const next: Repository = {
    ...found,
    name,
    description: readText(call, "description", found.description),
    is_private: readFlag(call, "is_private", found.is_private),
    fork_policy: forkPolicy(call, found.fork_policy, call.habits.dropForkPolicy),
    language: readText(call, "language", found.language),
    website: readText(call, "website", found.website),
    ...uploadedAvatar(call, found.avatar),
    project: project?.key ?? found.project,
  };
  const branch = mainBranch(call);
  if (branch !== undefined) {
    if (found.branches.size > 0 && !found.branches.has(branch)) {
      throw invalidField("mainbranch", `The branch ${branch} does not exist.`);
    }
    next.mainbranch = branch;
  }
  if (project) check(next, project);
  const before = pickAnnounced(found);
  Object.assign(found, next, { updated_on: call.now() });
  if (slug !== found.slug) {
    owner.repositories.delete(found.slug);
    found.slug = slug;
    addRepository(owner, found);
    call.header("location", apiLink(call, repositoryPath(owner, found)).href);
  }
  emitRepositoryUpdate(call, owner, found, before);
  return renderRepository(call, owner, found);
}

function check(wanted: Repository, project: Project): void {
  if (!forkPolicies.includes(wanted.fork_policy))
    throw invalidField("fork_policy", `"${wanted.fork_policy}" is not a valid choice.`);
  if (!wanted.is_private && wanted.fork_policy !== "allow_forks") {
    throw badRequest("Public repositories must allow forks.", {
      fork_policy: ["A public repository takes allow_forks only."],
    });
  }
  if (project.is_private && !wanted.is_private) {
    throw badRequest("Private projects cannot contain public repositories.", {
      is_private: ["The project is private."],
    });
  }
  if (wanted.name.trim() === "" || wanted.name.length > 62)
    throw invalidField("name", "The name must have 1 to 62 characters.");
}

/**
 * `no_forks` and `no_public_forks` set the policy too; an update may ignore `fork_policy` and use only these.
 * https://jira.atlassian.com/browse/BCLOUD-13093
 */
function forkPolicy(call: Call, before: string, dropped = false): string {
  if (!dropped && call.body.fork_policy !== undefined) return readText(call, "fork_policy", before);
  if (call.body.no_forks === undefined && call.body.no_public_forks === undefined) return before;
  if (readFlag(call, "no_forks", before === "no_forks")) return "no_forks";
  return readFlag(call, "no_public_forks", before === "no_public_forks") ? "no_public_forks" : "allow_forks";
}

/** By default, the workspace's oldest project; without any, one is created. */
function projectFor(call: Call, owner: Workspace): Project {
  const wanted = readPart(call, "project");
  const found = wanted
    ? [...owner.projects.values()].find((one) => one.key === wanted.key || one.uuid === wanted.uuid)
    : owner.projects.values().next().value;
  if (found) return found;
  if (wanted) throw invalidField("project", `Project with key ${wanted.key} does not exist.`);
  if (!isOwner(call.principal, owner))
    throw refuseAccess("You do not have permission to create repositories in this workspace.");
  const made: Project = {
    ...newProject("PROJ", owner.name, call.now()),
    description: "Created by Bitbucket",
    is_private: false,
  };
  owner.projects.set(made.key, made);
  return made;
}

function mainBranch(call: Call): string | undefined {
  const name = readPart(call, "mainbranch")?.name;
  return typeof name === "string" ? name : undefined;
}
