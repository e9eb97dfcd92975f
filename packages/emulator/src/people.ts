/** Default reviewers and permissions, of repositories and of projects. */
import { badRequest, notFound } from "./errors";
import { projectLinks } from "./projects";
import type { Call, Route } from "./server";
import {
  apiLink,
  renderGroup,
  renderRepositoryName,
  renderUser,
  repositoryPath,
  requireProject,
  requireRepository,
  userBy,
} from "./shared";
import type { Permissions, User, Workspace } from "./state";

interface PermissionPlace {
  readonly workspace: Workspace;
  readonly reviewers: Set<string>;
  readonly permissions: Permissions;
  readonly object: unknown;
  /** Below the API's base. */
  readonly path: string;
  readonly type: "repository" | "project";
}

export function addPeopleRoutes(route: Route): void {
  effectiveReviewerRoute(route);
  reviewerRoutes(
    route,
    "/repositories/{workspace}/{repo_slug}/default-reviewers",
    "target_username",
    inRepository,
  );
  reviewerRoutes(
    route,
    "/workspaces/{workspace}/projects/{project_key}/default-reviewers",
    "selected_user",
    inProject,
  );
  permissionRoutes(
    route,
    "/repositories/{workspace}/{repo_slug}/permissions-config",
    "selected_user_id",
    inRepository,
    ["read", "write", "admin"],
  );
  permissionRoutes(
    route,
    "/workspaces/{workspace}/projects/{project_key}/permissions-config",
    "selected_user_id",
    inProject,
    ["read", "write", "create-repo", "admin"],
  );
}

/** A repository's own reviewers and those of its project. */
function effectiveReviewerRoute(route: Route): void {
  route("GET", "/repositories/{workspace}/{repo_slug}/effective-default-reviewers", (call) => {
    const { workspace, repository: found } = requireRepository(call);
    const inherited = workspace.projects.get(found.project)?.reviewers ?? new Set<string>();
    const render = (uuid: string, reviewerType: string) => ({
      type: "default_reviewer_and_type",
      reviewer_type: reviewerType,
      user: renderUser(call, call.state.users.get(uuid)),
    });
    return call.page([
      ...[...found.reviewers].map((uuid) => render(uuid, "repository")),
      ...[...inherited].filter((uuid) => !found.reviewers.has(uuid)).map((uuid) => render(uuid, "project")),
    ]);
  });
}

function inRepository(call: Call): PermissionPlace {
  const { workspace, repository: found } = requireRepository(call, "admin");
  return {
    workspace,
    reviewers: found.reviewers,
    permissions: found.permissions,
    type: "repository",
    object: renderRepositoryName(call, workspace, found),
    path: repositoryPath(workspace, found),
  };
}

function inProject(call: Call): PermissionPlace {
  const { workspace, project: found } = requireProject(call, "admin");
  return {
    workspace,
    reviewers: found.reviewers,
    permissions: found.permissions,
    type: "project",
    object: {
      type: "project",
      uuid: found.uuid,
      key: found.key,
      name: found.name,
      links: projectLinks(call, workspace, found),
    },
    path: `/workspaces/${workspace.slug}/projects/${found.key}`,
  };
}

function member(call: Call, place: PermissionPlace, name: string): User {
  const user = userBy(call.state, name);
  if (!user) throw notFound(`${name} does not exist.`);
  if (!place.workspace.members.has(user.uuid))
    throw badRequest(`${user.display_name} is not a member of the workspace.`);
  return user;
}

function reviewerRoutes(
  route: Route,
  path: string,
  parameter: string,
  placeOf: (call: Call) => PermissionPlace,
): void {
  // In the list of a project, each has a type; a single one is a user.
  const renderListed = (call: Call, place: PermissionPlace, user: User | undefined) =>
    place.type === "project"
      ? { type: "default_reviewer_and_type", reviewer_type: "project", user: renderUser(call, user) }
      : renderUser(call, user);
  route("GET", path, (call) => {
    const place = placeOf(call);
    return call.page(
      [...place.reviewers].map((uuid) => renderListed(call, place, call.state.users.get(uuid))),
    );
  });
  route("GET", `${path}/{${parameter}}`, (call) => {
    const place = placeOf(call);
    const user = userBy(call.state, call.params[parameter] ?? "");
    // For a project this is a 400, for a repository a 404.
    if (!user || !place.reviewers.has(user.uuid))
      throw place.type === "project" ? badRequest("The user is not a default reviewer.") : notFound();
    return renderUser(call, user);
  });
  route("PUT", `${path}/{${parameter}}`, (call) => {
    const place = placeOf(call);
    const user = member(call, place, call.params[parameter] ?? "");
    place.reviewers.add(user.uuid);
    return renderUser(call, user);
  });
  route("DELETE", `${path}/{${parameter}}`, (call) => {
    const place = placeOf(call);
    const user = userBy(call.state, call.params[parameter] ?? "");
    if (!user || !place.reviewers.delete(user.uuid))
      throw place.type === "project" ? badRequest("The user is not a default reviewer.") : notFound();
    return undefined;
  });
}

function permissionRoutes(
  route: Route,
  path: string,
  parameter: string,
  placeOf: (call: Call) => PermissionPlace,
  levels: readonly string[],
): void {
  for (const [holder, parameterName, idOf, show] of [
    [
      "users",
      parameter,
      (call: Call, place: PermissionPlace) => member(call, place, call.params[parameter] ?? "").uuid,
      (call: Call, _place: PermissionPlace, id: string) => ({
        user: renderUser(call, call.state.users.get(id)),
      }),
    ],
    [
      "groups",
      "group_slug",
      (call: Call, place: PermissionPlace) => {
        const slug = call.params.group_slug ?? "";
        if (!place.workspace.groups.has(slug)) throw notFound(`No group with slug ${slug}.`);
        return slug;
      },
      (call: Call, place: PermissionPlace, id: string) => ({ group: renderGroup(call, place.workspace, id) }),
    ],
  ] as const) {
    const render = (call: Call, place: PermissionPlace, id: string) => ({
      type: `${place.type}_${holder.slice(0, -1)}_permission`,
      permission: place.permissions[holder].get(id) ?? "none",
      ...show(call, place, id),
      [place.type]: place.object,
      links: { self: apiLink(call, `${place.path}/permissions-config/${holder}/${encodeURIComponent(id)}`) },
    });
    route("GET", `${path}/${holder}`, (call) => {
      const place = placeOf(call);
      return call.page(
        [...place.permissions[holder].keys()].map((id) => render(call, place, id)),
        { query: false },
      );
    });
    route("GET", `${path}/${holder}/{${parameterName}}`, (call) => {
      const place = placeOf(call);
      return render(call, place, idOf(call, place));
    });
    route("PUT", `${path}/${holder}/{${parameterName}}`, (call) => {
      const place = placeOf(call);
      const id = idOf(call, place);
      if (!levels.includes(String(call.body.permission)))
        throw badRequest("Bad request", { permission: [`"${call.body.permission}" is not a valid choice.`] });
      place.permissions[holder].set(id, String(call.body.permission));
      return render(call, place, id);
    });
    route("DELETE", `${path}/${holder}/{${parameterName}}`, (call) => {
      const place = placeOf(call);
      if (!place.permissions[holder].delete(idOf(call, place))) throw notFound();
      return undefined;
    });
  }
}
