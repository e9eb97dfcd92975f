/** Workspaces, their members, users, and the OAuth consumer's access tokens. */
import { randomUUID } from "node:crypto";
import { grantedScopes } from "./access";
import { badRequest, forbidden, notFound, OAuthRefusal, Refusal } from "./errors";
import type { Route } from "./server";
import { renderUser, userBy, workspace } from "./shared";
import type { Workspace } from "./state";

/** Seconds that an OAuth access token lives. */
const lifetime = 3600;

export function workspaceRoutes(route: Route): void {
  route("GET", "/workspaces/{workspace}", (call) => renderWorkspace(workspace(call)));
  route("GET", "/workspaces/{workspace}/members", (call) => {
    const owner = workspace(call);
    const members = [...owner.members.keys()].map((uuid) => call.state.users.get(uuid));
    const admin = call.principal.user ? owner.members.get(call.principal.user.uuid) === "owner" : true;
    const q = call.url.searchParams.get("q") ?? "";
    const byEmail = q.includes("user.email");
    // The service takes 90 addresses at a time.
    if (byEmail && (q.match(/"/g)?.length ?? 0) > 180) throw badRequest("Too many e-mail addresses.");
    const tellsEmail = call.asksFor("user.email") && admin;
    if (byEmail && !admin) throw forbidden("Only administrators may look members up by e-mail address.");
    const shown = members.map((user) => {
      // It is looked at where members are asked for by it, and shown where it is asked for.
      const person = Object.defineProperty({ ...(renderUser(user) as object) }, "email", {
        value: user?.email,
        enumerable: tellsEmail,
      });
      return { type: "workspace_membership", user: person, workspace: renderWorkspace(owner) };
    });
    return call.page(shown);
  });
  route("GET", "/workspaces/{workspace}/members/{member}", (call) => {
    const owner = workspace(call);
    const user = userBy(call.state, call.params.member ?? "");
    if (!user || !owner.members.has(user.uuid))
      throw notFound(`${call.params.member} is not a member of the workspace.`);
    return { type: "workspace_membership", user: renderUser(user), workspace: renderWorkspace(owner) };
  });
  route("GET", "/workspaces/{workspace}/permissions", (call) => {
    const owner = workspace(call);
    return call.page([...owner.members], {
      render: ([uuid, permission]) => ({
        type: "workspace_membership",
        permission,
        user: renderUser(call.state.users.get(uuid)),
        workspace: renderWorkspace(owner),
      }),
    });
  });
  route("GET", "/user/workspaces/{workspace}/permission", (call) => {
    const owner = workspace(call);
    const { user } = call.principal;
    return {
      type: "workspace_membership",
      permission: owner.members.get(user?.uuid ?? ""),
      user: renderUser(user),
      workspace: renderWorkspace(owner),
    };
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
    const form = new Map(call.form);
    if (form.get("grant_type") !== "client_credentials")
      throw new OAuthRefusal(400, "unsupported_grant_type", "Only client_credentials is emulated.");
    const [basicId, basicSecret] = Buffer.from(call.authorization.replace(/^Basic /, ""), "base64")
      .toString()
      .split(":");
    const [id, secret] = [basicId || form.get("client_id"), basicSecret || form.get("client_secret")];
    const consumer = call.state.consumers.find((one) => one.id === id && one.secret === secret);
    if (!consumer) throw new OAuthRefusal(401, "unauthorized_client", "Invalid OAuth client credentials");
    // Those that have ended are of no more use.
    call.state.tokens = call.state.tokens.filter(
      (one) => (one.expires_at ?? Infinity) > Date.parse(call.now()),
    );
    const token = {
      name: consumer.id,
      secret: randomUUID(),
      kind: "oauth" as const,
      scopes: consumer.scopes,
      workspace: consumer.workspace,
      expires_at: Date.parse(call.now()) + lifetime * 1000,
    };
    call.state.tokens.push(token);
    return {
      access_token: token.secret,
      token_type: "bearer",
      expires_in: lifetime,
      scopes: grantedScopes(token).join(" "),
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
