/** Projects. */
import { links } from "./common";
import { collection, gap, nothing } from "./operation";
import { flag, named, nullable, object, ref, text, time, uuid } from "./schema";

const key = { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_]*$" } as const;

export const schemas = {
  project: object({
    type: named("project"),
    uuid,
    key,
    name: text,
    description: nullable(text),
    is_private: flag,
    created_on: time,
    updated_on: time,
    has_publicly_visible_repos: flag,
    owner: ref("team"),
    workspace: ref("workspace_reference"),
    links: links("self", "html", "repositories", "avatar"),
  }),
} as const;

const written = {
  description: text,
  is_private: flag,
  links: object({ avatar: object({ href: text }) }),
} as const;

export const paths = {
  "/workspaces/{workspace}/projects": {
    get: collection(ref("project")),
    post: { body: object({ key, name: text }, written), 201: ref("project") },
  },
  "/workspaces/{workspace}/projects/{project_key}": {
    get: { 200: ref("project") },
    put: { body: object({ name: text }, { key, ...written }), 200: ref("project"), 201: ref("project") },
    delete: { 204: nothing },
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "project.workspace": gap,
} as const;
