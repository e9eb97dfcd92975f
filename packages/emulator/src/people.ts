/** Default reviewers and permissions, of repositories and of projects. */

import { badRequest, invalidField, notFound } from "./errors";
import type { Call, Route } from "./server";
import { apiLink, renderGroup, renderUser, requireRepository, userBy } from "./shared";
import type { User } from "./state";
import { projectOf, repositoryOf, type Subject } from "./subjects";

export function addPeopleRoutes(route: Route): void {
  effectiveReviewerRoute(route);
  reviewerRoutes(
    route,
    "/repositories/{workspace}/{repo_slug}/default-reviewers",
    "target_username",
    repositoryOf,
  );
  reviewerRoutes(
    route,
    "/workspaces/{workspace}/projects/{project_key}/default-reviewers",
    "selected_user",
    projectOf,
  );
  permissionRoutes(route, "/repositories/{workspace}/{repo_slug}/permissions-config", repositoryOf, [
    "read",
    "write",
    "admin",
  ]);
  permissionRoutes(route, "/workspaces/{workspace}/projects/{project_key}/permissions-config", projectOf, [
    "read",
    "write",
    "create-repo",
    "admin",
  ]);
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

function member(call: Call, place: Subject, name: string): User {
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
  placeOf: (call: Call) => Subject,
): void {
  // In the list of a project, each has a type; a single one is a user.
  const renderListed = (call: Call, place: Subject, user: User | undefined) =>
    place.type === "project"
      ? { type: "default_reviewer_and_type", reviewer_type: "project", user: renderUser(call, user) }
      : renderUser(call, user);
  route("GET", path, (call) => {
    const place = placeOf(call);
    return call.page(
      [...place.found.reviewers].map((uuid) => renderListed(call, place, call.state.users.get(uuid))),
    );
  });
  route("GET", `${path}/{${parameter}}`, (call) => {
    const place = placeOf(call);
    const user = userBy(call.state, call.params[parameter] ?? "");
    // For a project this is a 400, for a repository a 404.
    if (!user || !place.found.reviewers.has(user.uuid))
      throw place.type === "project" ? badRequest("The user is not a default reviewer.") : notFound();
    return renderUser(call, user);
  });
  route("PUT", `${path}/{${parameter}}`, (call) => {
    const place = placeOf(call);
    const user = member(call, place, call.params[parameter] ?? "");
    place.found.reviewers.add(user.uuid);
    return renderUser(call, user);
  });
  route("DELETE", `${path}/{${parameter}}`, (call) => {
    const place = placeOf(call);
    const user = userBy(call.state, call.params[parameter] ?? "");
    if (!user || !place.found.reviewers.delete(user.uuid))
      throw place.type === "project" ? badRequest("The user is not a default reviewer.") : notFound();
  });
}

function permissionRoutes(
  route: Route,
  path: string,
  placeOf: (call: Call) => Subject,
  levels: readonly string[],
): void {
  for (const [holder, parameterName, idOf, show] of [
    [
      "users",
      "selected_user_id",
      (call: Call, place: Subject) => member(call, place, call.params.selected_user_id ?? "").uuid,
      (call: Call, _place: Subject, id: string) => ({
        user: renderUser(call, call.state.users.get(id)),
      }),
    ],
    [
      "groups",
      "group_slug",
      (call: Call, place: Subject) => {
        const slug = call.params.group_slug ?? "";
        if (!place.workspace.groups.has(slug)) throw notFound(`No group with slug ${slug}.`);
        return slug;
      },
      (call: Call, place: Subject, id: string) => ({ group: renderGroup(call, place.workspace, id) }),
    ],
  ] as const) {
    const render = (call: Call, place: Subject, id: string) => ({
      type: `${place.type}_${holder.slice(0, -1)}_permission`,
      permission: place.found.permissions[holder].get(id) ?? "none",
      ...show(call, place, id),
      [place.type]: place.object,
      links: { self: apiLink(call, `${place.path}/permissions-config/${holder}/${encodeURIComponent(id)}`) },
    });
    route("GET", `${path}/${holder}`, (call) => {
      const place = placeOf(call);
      return call.page(
        [...place.found.permissions[holder].keys()].map((id) => render(call, place, id)),
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
        throw invalidField("permission", `"${call.body.permission}" is not a valid choice.`);
      place.found.permissions[holder].set(id, String(call.body.permission));
      return render(call, place, id);
    });
    route("DELETE", `${path}/${holder}/{${parameterName}}`, (call) => {
      const place = placeOf(call);
      if (!place.found.permissions[holder].delete(idOf(call, place))) throw notFound();
    });
  }
}
