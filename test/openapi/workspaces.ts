/** Workspaces, their members, users, removed endpoints, and OAuth. */
import { links } from "./common";
import { collection, newer } from "./operation";
import { choice, flag, integer, named, object, ref, text, time, uuid } from "./schema";

const permission = choice("owner", "member", "collaborator");

/** An e-mail address is returned to administrators on request. */
const member = {
  type: "object",
  properties: {
    type: named("user"),
    uuid,
    account_id: text,
    nickname: text,
    display_name: text,
    links: links("self", "html", "avatar"),
    email: { type: "string", format: "email" },
  },
  required: ["type", "uuid", "account_id", "nickname", "display_name", "links"],
  additionalProperties: false,
} as const;

export const schemas = {
  workspace: object({
    type: named("workspace"),
    uuid,
    slug: text,
    name: text,
    is_private: flag,
    created_on: time,
    links: links("self", "html", "avatar", "members", "owners", "projects", "repositories", "snippets"),
  }),
  workspace_membership: object(
    { type: named("workspace_membership"), user: member, workspace: ref("workspace") },
    { permission, links: links("self") },
  ),
  workspace_access: object({
    type: named("workspace_access"),
    administrator: flag,
    workspace: ref("workspace"),
  }),
  email: object({
    type: named("email"),
    email: { type: "string", format: "email" },
    is_primary: flag,
    is_confirmed: flag,
    links: links("self"),
  }),
  repository_permission: object({
    type: named("repository_permission"),
    permission: choice("read", "write", "admin"),
    user: ref("user"),
    repository: ref("repository_reference"),
  }),
  oauth_token: object({
    access_token: text,
    token_type: choice("bearer"),
    expires_in: integer,
    scopes: text,
  }),
  oauth_error: object({ error: text, error_description: text }),
} as const;

/** CHANGE-2770: they returned the objects of all workspaces. */
const gone = { get: { errors: [410] } } as const;

export const paths = {
  "/workspaces/{workspace}": { get: { 200: ref("workspace") } },
  "/workspaces/{workspace}/members": { get: collection(ref("workspace_membership")) },
  "/workspaces/{workspace}/members/{member}": { get: { 200: ref("workspace_membership") } },
  "/workspaces/{workspace}/permissions": { get: collection(ref("workspace_membership")) },
  "/user/workspaces": { get: collection(ref("workspace_access"), { administrator: flag }) },
  "/user/workspaces/{workspace}/permission": { get: { 200: ref("workspace_membership") } },
  "/user": { get: { 200: ref("user") } },
  "/user/emails": { get: collection(ref("email")) },
  "/user/emails/{email}": { get: { 200: ref("email") } },
  "/workspaces/{workspace}/permissions/repositories": { get: collection(ref("repository_permission")) },
  "/workspaces/{workspace}/permissions/repositories/{repo_slug}": {
    get: collection(ref("repository_permission")),
  },
  "/user/workspaces/{workspace}/permissions/repositories": {
    get: collection(ref("repository_permission")),
  },
  "/users/{selected_user}": { get: { 200: ref("user") } },
  "/workspaces": gone,
  "/repositories": gone,
  "/user/permissions/workspaces": gone,
  "/user/permissions/repositories": gone,
  // Beside the API, not below /2.0.
  "/site/oauth2/access_token": {
    post: {
      open: true,
      form: object({ grant_type: choice("client_credentials") }, { client_id: text, client_secret: text }),
      200: ref("oauth_token"),
      400: ref("oauth_error"),
      401: ref("oauth_error"),
    },
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "/user/workspaces": newer,
  "/user/workspaces/{workspace}/permission": newer,
  "/user/workspaces/{workspace}/permissions/repositories": newer,
  "GET /user/emails answers 200": "told of in the document's example",
  "GET /user/emails/{email} answers 200": "told of in the document's example",
  "/site/oauth2/access_token": "beside the API, after RFC 6749",
  "workspace_membership.permission": "told of in the prose of /workspaces/{workspace}/permissions",
} as const;
