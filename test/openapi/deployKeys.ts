/** Deploy keys of repositories and of projects. */
import { links } from "./common";
import { collection, gap, nothing } from "./operation";
import { integer, named, nullable, object, ref, text, time } from "./schema";

/** Without its comment, which is a separate field. */
const bare = { type: "string", pattern: "^\\S+ \\S+$" } as const;

const shown = {
  id: integer,
  key: bare,
  comment: text,
  label: text,
  added_on: time,
  last_used: nullable(time),
  links: links("self"),
} as const;

export const schemas = {
  deploy_key: object({ type: named("deploy_key"), ...shown, repository: ref("repository_reference") }),
  project_deploy_key: object({
    type: named("project_deploy_key"),
    ...shown,
    project: ref("project_reference"),
  }),
} as const;

const added = object({ key: text }, { label: text });

export const paths = {
  "/repositories/{workspace}/{repo_slug}/deploy-keys": {
    get: collection(ref("deploy_key")),
    post: { body: added, 200: ref("deploy_key") },
  },
  "/repositories/{workspace}/{repo_slug}/deploy-keys/{key_id}": {
    get: { 200: ref("deploy_key") },
    put: { body: object({}, { key: text, label: text }), 200: ref("deploy_key") },
    delete: { 204: nothing },
  },
  "/workspaces/{workspace}/projects/{project_key}/deploy-keys": {
    get: collection(ref("project_deploy_key")),
    post: { body: added, 200: ref("project_deploy_key") },
  },
  "/workspaces/{workspace}/projects/{project_key}/deploy-keys/{key_id}": {
    get: { 200: ref("project_deploy_key") },
    delete: { 204: nothing },
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "deploy_key.id": gap,
  "project_deploy_key.id": gap,
} as const;
