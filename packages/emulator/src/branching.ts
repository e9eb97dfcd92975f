/** Branch restrictions and branching models. */

import { mayWrite } from "./access";
import { invalidField, Refusal } from "./errors";
import type { Call, Route } from "./server";
import {
  apiLink,
  readPart,
  renderGroup,
  renderUser,
  repositoryPath,
  requireItem,
  requireProject,
  requireRepository,
  userBy,
} from "./shared";
import type { BranchingModel, BranchTarget, Repository, Workspace } from "./state";
import { projectOf, repositoryOf } from "./subjects";

const kinds = [
  "push",
  "delete",
  "force",
  "restrict_merges",
  "require_tasks_to_be_completed",
  "require_approvals_to_merge",
  "require_review_group_approvals_to_merge",
  "require_default_reviewer_approvals_to_merge",
  "require_no_changes_requested",
  "require_passing_builds_to_merge",
  "require_commits_behind",
  "reset_pullrequest_approvals_on_change",
  "smart_reset_pullrequest_approvals",
  "reset_pullrequest_changes_requested_on_change",
  "require_all_dependencies_merged",
  "enforce_merge_checks",
  "allow_auto_merge_when_builds_pass",
  "require_all_comments_resolved",
];

const branchTypes = ["feature", "bugfix", "release", "hotfix", "development", "production"];

/** Restrictions with a count. */
const counting = [
  "require_approvals_to_merge",
  "require_default_reviewer_approvals_to_merge",
  "require_passing_builds_to_merge",
  "require_commits_behind",
];

type Restriction = Record<string, unknown> & { id: number };

export function addBranchingRoutes(route: Route): void {
  const path = "/repositories/{workspace}/{repo_slug}/branch-restrictions";
  route("GET", path, (call) => {
    const { workspace: owner, repository: found } = requireRepository(call, "admin");
    const [kind, pattern] = [call.url.searchParams.get("kind"), call.url.searchParams.get("pattern")];
    const chosen = call
      .visible(found.restrictions.values())
      .filter((one) => (kind === null || one.kind === kind) && (pattern === null || one.pattern === pattern));
    return call.page(chosen.map((one) => renderRestriction(call, owner, found, one)));
  });
  route("POST", path, (call) => {
    const { workspace: owner, repository: found } = requireRepository(call, "admin");
    const made: Restriction = {
      id: call.state.nextId++,
      kind: "",
      branch_match_kind: "glob",
      pattern: "",
      value: null,
      users: [],
      groups: [],
    };
    writeRestriction(call, owner, found, made);
    found.restrictions.set(made.id, call.made(made));
    call.status(201);
    return renderRestriction(call, owner, found, made);
  });
  const one = (call: Call, found: Repository): Restriction => {
    return requireItem(call, found.restrictions, "id", "Branch restriction not found");
  };
  route("GET", `${path}/{id}`, (call) => {
    const { workspace: owner, repository: found } = requireRepository(call, "admin");
    return renderRestriction(call, owner, found, one(call, found));
  });
  route("PUT", `${path}/{id}`, (call) => {
    const { workspace: owner, repository: found } = requireRepository(call, "admin");
    const restriction = one(call, found);
    const copy = { ...restriction };
    writeRestriction(call, owner, found, copy);
    Object.assign(restriction, copy);
    return renderRestriction(call, owner, found, restriction);
  });
  route("DELETE", `${path}/{id}`, (call) => {
    const { repository: found } = requireRepository(call, "admin");
    found.restrictions.delete(one(call, found).id);
  });

  addModelRoutes(route);
}

function addModelRoutes(route: Route): void {
  for (const [base, modelOf] of [
    ["/repositories/{workspace}/{repo_slug}", repositoryOf],
    ["/workspaces/{workspace}/projects/{project_key}", projectOf],
  ] as const) {
    route("GET", `${base}/branching-model/settings`, (call) => {
      const { found, path } = modelOf(call);
      return renderSettings(call, found.model, path);
    });
    route("PUT", `${base}/branching-model/settings`, (call) => {
      const { found, path } = modelOf(call);
      writeModel(call, found.model, "branches" in found ? found.branches : undefined);
      return renderSettings(call, found.model, path);
    });
  }
  route("GET", "/repositories/{workspace}/{repo_slug}/branching-model", (call) =>
    renderEffective(requireRepository(call).repository, requireRepository(call).repository.model),
  );
  route("GET", "/workspaces/{workspace}/projects/{project_key}/branching-model", (call) => ({
    ...renderModel(requireProject(call).project.model),
    type: "project_branching_model",
  }));
  route("GET", "/repositories/{workspace}/{repo_slug}/effective-branching-model", (call) => {
    const { workspace: owner, repository: found } = requireRepository(call);
    const inherited = owner.projects.get(found.project)?.model;
    return {
      ...renderEffective(found, (found.overrides.branching_model ? undefined : inherited) ?? found.model),
      type: "effective_repository_branching_model",
    };
  });
}

function renderSettings(call: Call, model: BranchingModel, path: string): unknown {
  return { ...renderModel(model), links: { self: apiLink(call, `${path}/branching-model/settings`) } };
}

/** The model with the effective branches. */
function renderEffective(found: Repository, model: BranchingModel): Record<string, unknown> {
  const branch = ({ name, use_mainbranch }: BranchTarget) => {
    const chosen = use_mainbranch ? found.mainbranch : name;
    const hash = found.branches.get(chosen ?? "");
    return {
      name: chosen,
      use_mainbranch,
      ...(hash === undefined
        ? {}
        : { branch: { type: "branch", name: chosen, target: { type: "commit", hash } } }),
    };
  };
  return {
    type: "branching_model",
    development: branch(model.development),
    ...(model.production.enabled ? { production: branch(model.production) } : {}),
    branch_types: model.branch_types
      .filter((type) => type.enabled)
      .map(({ kind, prefix }) => ({ kind, prefix })),
  };
}

/** Only the given fields change. */
function writeRestriction(call: Call, owner: Workspace, found: Repository, restriction: Restriction): void {
  const { body } = call;
  for (const name of ["kind", "branch_match_kind", "branch_type", "pattern", "value"])
    if (name in body) restriction[name] = body[name];
  if (!kinds.includes(String(restriction.kind)))
    throw invalidField("kind", `"${restriction.kind}" is not a valid choice.`);
  const glob = restriction.branch_match_kind === "glob";
  if (glob && !restriction.pattern) throw invalidField("pattern", "A pattern is required.");
  if (!glob && !restriction.branch_type) throw invalidField("branch_type", "A branch type is required.");
  if (!glob && !branchTypes.includes(String(restriction.branch_type)))
    throw invalidField("branch_type", `"${restriction.branch_type}" is not a valid choice.`);
  const { value } = restriction;
  if (counting.includes(String(restriction.kind)) && !(Number.isInteger(value) && Number(value) > 0))
    throw invalidField("value", "A positive number is required for this kind.");
  const excepting = restriction.kind === "push" || restriction.kind === "restrict_merges";
  for (const name of ["users", "groups"]) {
    if (Array.isArray(body[name]) && body[name].length > 0 && !excepting)
      throw invalidField(name, "Not allowed for this kind.");
  }
  // Found on the real service: an empty list of groups beside users is a server error.
  if (
    Array.isArray(body.groups) &&
    body.groups.length === 0 &&
    Array.isArray(body.users) &&
    body.users.length > 0
  ) {
    throw new Refusal(500, "Something went wrong");
  }
  if (Array.isArray(body.users)) {
    restriction.users = body.users.map((given: { uuid?: string; account_id?: string }) => {
      const user = userBy(call.state, given.uuid ?? given.account_id ?? "");
      if (!user) throw invalidField("users", "The user does not exist.");
      const allowed =
        owner.members.get(user.uuid) === "owner" ||
        mayWrite(owner, user, found.permissions, owner.projects.get(found.project)?.permissions);
      if (!allowed) throw invalidField("users", `${user.display_name} does not have write access.`);
      return user.uuid;
    });
  }
  if (Array.isArray(body.groups)) {
    restriction.groups = body.groups.map((given: { slug?: string }) => {
      if (!owner.groups.has(given.slug ?? "")) throw invalidField("groups", "The group does not exist.");
      return given.slug;
    });
  }
  for (const other of found.restrictions.values()) {
    const same = ["kind", "branch_match_kind"].every((name) => other[name] === restriction[name]);
    const [left, right] = glob
      ? [other.pattern, restriction.pattern]
      : [other.branch_type, restriction.branch_type];
    if (other.id !== restriction.id && same && left === right)
      throw new Refusal(409, "A branch restriction of this kind exists for this branch already.");
  }
}

function renderRestriction(
  call: Call,
  owner: Workspace,
  found: Repository,
  restriction: Restriction,
): unknown {
  const users = (restriction.users as string[]).map((uuid) => renderUser(call, call.state.users.get(uuid)));
  const groups = (restriction.groups as string[]).map((slug) => renderGroup(call, owner, slug));
  return {
    type: "branchrestriction",
    ...restriction,
    pattern: restriction.branch_match_kind === "glob" ? restriction.pattern : "",
    users,
    groups,
    links: { self: apiLink(call, `${repositoryPath(owner, found)}/branch-restrictions/${restriction.id}`) },
  };
}

function writeModel(call: Call, model: BranchingModel, branches: Map<string, string> | undefined): void {
  const next = structuredClone(model);
  for (const name of ["development", "production"] as const) {
    const given = readPart(call, name) as Partial<BranchTarget> | undefined;
    if (!given) continue;
    const target = next[name];
    if (given.use_mainbranch !== undefined) target.use_mainbranch = given.use_mainbranch;
    if (given.name !== undefined) target.name = given.name;
    if (target.use_mainbranch) target.name = null;
    if (name === "production" && given.enabled !== undefined) target.enabled = given.enabled;
    const active = name === "development" || target.enabled;
    if (active && !target.use_mainbranch && !target.name)
      throw invalidField(name, "A branch name is required.");
    if (active && target.name && branches && !branches.has(target.name))
      throw invalidField(name, `The branch ${target.name} does not exist.`);
  }
  for (const given of Array.isArray(call.body.branch_types)
    ? (call.body.branch_types as { kind: string; prefix?: string; enabled?: boolean }[])
    : []) {
    const type = next.branch_types.find((one) => one.kind === given.kind);
    if (!type) throw invalidField("branch_types", `"${given.kind}" is not a valid choice.`);
    if (given.prefix !== undefined) type.prefix = given.prefix;
    if (given.enabled !== undefined) type.enabled = given.enabled;
  }
  const prefixes = next.branch_types.filter((type) => type.enabled).map((type) => type.prefix);
  for (const prefix of prefixes) {
    if (!prefix || prefixes.some((other) => other !== prefix && other.startsWith(prefix))) {
      throw invalidField("branch_types", "The prefixes are not valid.");
    }
  }
  if (typeof call.body.default_branch_deletion === "boolean")
    next.default_branch_deletion = call.body.default_branch_deletion;
  Object.assign(model, next);
}

function renderModel(model: BranchingModel): Record<string, unknown> {
  return {
    type: "branching_model_settings",
    development: { ...model.development, is_valid: true },
    production: { ...model.production, is_valid: true },
    // `enabled` is omitted if it is true.
    branch_types: model.branch_types.map(({ enabled, ...type }) => (enabled ? type : { ...type, enabled })),
    default_branch_deletion: model.default_branch_deletion,
  };
}
