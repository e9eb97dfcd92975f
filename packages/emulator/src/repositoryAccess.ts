/** Permissions in the repositories of a workspace, and the watchers of one. */
import { allowWorkspaceAdmin, repositoryLevel } from "./access";
import type { Call, Route } from "./server";
import { renderRepositoryName, renderUser, requireRepository, requireWorkspace } from "./shared";
import type { Repository, User, Workspace } from "./state";

export function addRepositoryAccessRoutes(route: Route): void {
  route("GET", "/repositories/{workspace}/{repo_slug}/watchers", (call) => {
    const { repository: found } = requireRepository(call);
    const watchers = [...(found.watchers ?? [])].map((uuid) => call.state.users.get(uuid));
    return call.page(watchers, { render: (user) => renderUser(call, user) });
  });
  route("GET", "/workspaces/{workspace}/permissions/repositories", (call) => {
    const owner = requireWorkspace(call);
    allowWorkspaceAdmin(call.principal, owner);
    return call.page([...owner.repositories.values()].flatMap((found) => permissionsIn(call, owner, found)));
  });
  route("GET", "/workspaces/{workspace}/permissions/repositories/{repo_slug}", (call) => {
    const { workspace: owner, repository: found } = requireRepository(call, "admin");
    return call.page(permissionsIn(call, owner, found));
  });
  route("GET", "/user/workspaces/{workspace}/permissions/repositories", (call) => {
    const owner = requireWorkspace(call);
    const { user } = call.principal;
    return call.page(
      [...owner.repositories.values()].flatMap((found) =>
        user ? permissionOf(call, owner, found, user) : [],
      ),
    );
  });
}

function permissionsIn(call: Call, owner: Workspace, found: Repository): unknown[] {
  return [...owner.members.keys()].flatMap((uuid) => {
    const user = call.state.users.get(uuid);
    return user ? permissionOf(call, owner, found, user) : [];
  });
}

/** The highest permission of a user, from any source; undefined if there is none. */
function permissionOf(call: Call, owner: Workspace, found: Repository, user: User): unknown[] {
  const permission = repositoryLevel(owner, found, user);
  return permission === undefined
    ? []
    : [
        {
          type: "repository_permission",
          permission,
          user: renderUser(call, user),
          repository: renderRepositoryName(call, owner, found),
        },
      ];
}
