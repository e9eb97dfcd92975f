/** Workspaces, their members, users, and the OAuth consumer's access tokens. */
import { randomUUID } from "node:crypto";
import { grantedScopes } from "./access";
import { badRequest, notFound, OAuthRefusal, Refusal, refuseAccess } from "./errors";
import type { Call, Route } from "./server";
import { apiLink, renderUser, requireWorkspace, userBy, webLink } from "./shared";
import type { User, Workspace } from "./state";

/** Seconds until an OAuth access token expires. */
const lifetime = 3600;

export function addWorkspaceRoutes(route: Route): void {
  route("GET", "/workspaces/{workspace}", (call) => renderWorkspace(call, requireWorkspace(call)));
  route("GET", "/workspaces/{workspace}/members", (call) => {
    const owner = requireWorkspace(call);
    const members = [...owner.members.keys()].map((uuid) => call.state.users.get(uuid));
    const admin = call.principal.user ? owner.members.get(call.principal.user.uuid) === "owner" : true;
    const q = call.url.searchParams.get("q") ?? "";
    const byEmail = q.includes("user.email");
    // The service accepts 90 addresses at a time.
    if (byEmail && (q.match(/"/g)?.length ?? 0) > 180) throw badRequest("Too many e-mail addresses.");
    const tellsEmail = call.asksFor("user.email") && admin;
    if (byEmail && !admin) throw refuseAccess("Only administrators may look members up by e-mail address.");
    const shownOwner = renderWorkspace(call, owner);
    const shown = members.map((user) => {
      // It is used to filter members, and only shown on request.
      const person = Object.defineProperty({ ...(renderUser(call, user) as object) }, "email", {
        value: user?.email,
        enumerable: tellsEmail,
      });
      const links = membershipLinks(call, owner, user);
      const membership = { type: "workspace_membership", user: person, workspace: shownOwner, links };
      // The same: the `owners` link of a workspace filters by it.
      return Object.defineProperty(membership, "permission", {
        value: owner.members.get(user?.uuid ?? ""),
        enumerable: false,
      });
    });
    return call.page(shown);
  });
  route("GET", "/workspaces/{workspace}/members/{member}", (call) => {
    const owner = requireWorkspace(call);
    const user = userBy(call.state, call.params.member ?? "");
    if (!user || !owner.members.has(user.uuid))
      throw notFound(`${call.params.member} is not a member of the workspace.`);
    return {
      type: "workspace_membership",
      user: renderUser(call, user),
      workspace: renderWorkspace(call, owner),
      links: membershipLinks(call, owner, user),
    };
  });
  route("GET", "/workspaces/{workspace}/permissions", (call) => {
    const owner = requireWorkspace(call);
    return call.page([...owner.members], {
      render: ([uuid, permission]) => ({
        type: "workspace_membership",
        permission,
        user: renderUser(call, call.state.users.get(uuid)),
        workspace: renderWorkspace(call, owner),
      }),
    });
  });
  addUserRoutes(route);
  addRemovedRoutes(route);
  addTokenRoute(route);
}

function addUserRoutes(route: Route): void {
  route("GET", "/user/workspaces/{workspace}/permission", (call) => {
    const owner = requireWorkspace(call);
    const { user } = call.principal;
    return {
      type: "workspace_membership",
      permission: owner.members.get(user?.uuid ?? ""),
      user: renderUser(call, user),
      workspace: renderWorkspace(call, owner),
    };
  });
  route("GET", "/user", (call) => {
    const { user } = call.principal;
    if (!user) throw refuseAccess("This API is not accessible by this authentication mechanism");
    return renderUser(call, user);
  });
  for (const path of ["/user/emails", "/user/emails/{email}"])
    route("GET", path, (call) => {
      const { user } = call.principal;
      if (!user) throw refuseAccess("This API is not accessible by this authentication mechanism");
      const wanted = call.params.email;
      if (wanted !== undefined && wanted.toLowerCase() !== user.email) throw notFound();
      const email = {
        type: "email",
        email: user.email,
        is_primary: true,
        is_confirmed: true,
        links: { self: apiLink(call, `/user/emails/${encodeURIComponent(user.email)}`) },
      };
      return wanted === undefined ? call.page([email]) : email;
    });
  route("GET", "/user/workspaces", (call) =>
    call.page(
      [...call.state.workspaces.values()]
        .filter((one) => call.principal.user && one.members.has(call.principal.user.uuid))
        .map((one) => ({
          type: "workspace_access",
          administrator: one.members.get(call.principal.user?.uuid ?? "") === "owner",
          workspace: renderWorkspace(call, one),
        })),
    ),
  );
  route("GET", "/users/{selected_user}", (call) => {
    const user = userBy(call.state, call.params.selected_user ?? "");
    if (!user) throw notFound(`${call.params.selected_user} does not exist.`);
    return renderUser(call, user);
  });
}

function addRemovedRoutes(route: Route): void {
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
}

function addTokenRoute(route: Route): void {
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
    // Expired tokens are removed.
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

function membershipLinks(call: Call, owner: Workspace, user: User | undefined): unknown {
  const uuid = encodeURIComponent(user?.uuid ?? "");
  return { self: apiLink(call, `/workspaces/${owner.slug}/members/${uuid}`) };
}

function renderWorkspace(call: Call, owner: Workspace): unknown {
  return {
    type: "workspace",
    uuid: owner.uuid,
    slug: owner.slug,
    name: owner.name,
    is_private: true,
    created_on: owner.created_on ?? "2020-01-01T00:00:00.000000+00:00",
    links: {
      self: apiLink(call, `/workspaces/${owner.slug}`),
      html: webLink(call, `/${owner.slug}/`),
      avatar: webLink(call, `/workspaces/${owner.slug}/avatar/`),
      members: apiLink(call, `/workspaces/${owner.slug}/members`),
      owners: apiLink(
        call,
        `/workspaces/${owner.slug}/members?q=${encodeURIComponent('permission="owner"')}`,
      ),
      projects: apiLink(call, `/workspaces/${owner.slug}/projects`),
      repositories: apiLink(call, `/repositories/${owner.slug}`),
      snippets: apiLink(call, `/snippets/${owner.slug}`),
    },
  };
}
