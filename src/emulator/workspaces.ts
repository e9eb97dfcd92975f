/** Workspaces, their members, users, and the OAuth consumer's access tokens. */
import { randomUUID } from "node:crypto";
import { forbidden, notFound, Refusal } from "./errors";
import type { Route } from "./server";
import { renderUser, userBy, workspace } from "./shared";
import type { Workspace } from "./state";

export function workspaceRoutes(route: Route): void {
  route("GET", "/workspaces/{workspace}", (call) => renderWorkspace(workspace(call)));
  route("GET", "/workspaces/{workspace}/members", (call) => {
    const owner = workspace(call);
    const members = [...owner.members.keys()].map((uuid) => call.state.users.get(uuid));
    const admin = call.principal.user ? owner.members.get(call.principal.user.uuid) === "owner" : true;
    const byEmail = (call.url.searchParams.get("q") ?? "").includes("user.email");
    if (byEmail && !admin) throw forbidden("Only administrators may look members up by e-mail address.");
    const shown = members.map((user) => ({
      type: "workspace_membership",
      user: {
        ...(renderUser(user) as object),
        ...(byEmail || call.asksFor("user.email") ? { email: user?.email } : {}),
      },
      workspace: renderWorkspace(owner),
    }));
    return call.page(shown);
  });
  route("GET", "/user", (call) => {
    const { user } = call.principal;
    if (!user) throw forbidden("This API is not accessible by this authentication mechanism");
    return renderUser(user);
  });
  route("GET", "/user/workspaces", (call) =>
    call.page(
      [...call.state.workspaces.values()]
        .filter((one) => call.principal.user && one.members.has(call.principal.user.uuid))
        .map((one) => ({
          type: "workspace_access",
          administrator: one.members.get(call.principal.user?.uuid ?? "") === "owner",
          workspace: renderWorkspace(one),
        })),
    ),
  );
  route("GET", "/users/{selected_user}", (call) => {
    const user = userBy(call.state, call.params.selected_user ?? "");
    if (!user) throw notFound(`${call.params.selected_user} does not exist.`);
    return renderUser(user);
  });
  for (const gone of [
    "/workspaces",
    "/repositories",
    "/user/permissions/workspaces",
    "/user/permissions/repositories",
  ]) {
    route("GET", gone, () => {
      throw new Refusal(410, "CHANGE-2770 - Functionality has been deprecated", {
        data: { announcement_url: "https://developer.atlassian.com/cloud/bitbucket/changelog/#CHANGE-2770" },
      });
    });
  }
  route("POST", "/site/oauth2/access_token", (call) => {
    const [id, secret] = Buffer.from(call.authorization.replace(/^Basic /, ""), "base64")
      .toString()
      .split(":");
    const consumer = call.state.consumers.find((one) => one.id === id && one.secret === secret);
    if (!consumer) throw new Refusal(401, "invalid_client");
    const token = {
      name: consumer.id,
      secret: randomUUID(),
      kind: "oauth" as const,
      scopes: consumer.scopes,
      workspace: consumer.workspace,
    };
    call.state.tokens.push(token);
    return {
      access_token: token.secret,
      token_type: "bearer",
      expires_in: 7200,
      scopes: consumer.scopes.join(" "),
    };
  });
}

export function renderWorkspace(owner: Workspace): unknown {
  return {
    type: "workspace",
    uuid: owner.uuid,
    slug: owner.slug,
    name: owner.name,
    is_private: true,
    links: { self: { href: `https://api.bitbucket.org/2.0/workspaces/${owner.slug}` } },
  };
}
