/** Repositories, and the settings that they inherit from their project. */
import { links } from "./common";
import { collection, gap, nothing, querying } from "./operation";
import { choice, flag, integer, list, named, nullable, object, ref, text, time, uuid } from "./schema";

const forkPolicy = choice("allow_forks", "no_public_forks", "no_forks");

const written = {
  name: text,
  description: text,
  is_private: flag,
  fork_policy: forkPolicy,
  // Instead of fork_policy, which an update may ignore.
  no_forks: flag,
  no_public_forks: flag,
  language: text,
  website: text,
  has_issues: flag,
  has_wiki: flag,
  mainbranch: object({ name: text }, { type: named("branch") }),
  project: object({}, { key: text, uuid }),
  links: object({ avatar: object({ href: text }) }),
} as const;

const overrides = {
  branching_model: flag,
  default_merge_strategy: flag,
  branch_restrictions: flag,
} as const;

export const schemas = {
  repository: object(
    {
      type: named("repository"),
      uuid,
      name: text,
      slug: { type: "string", pattern: "^[a-z0-9_.-]{1,62}$" },
      full_name: text,
      description: text,
      scm: choice("git"),
      is_private: flag,
      fork_policy: forkPolicy,
      language: text,
      website: text,
      has_issues: flag,
      has_wiki: flag,
      size: integer,
      mainbranch: nullable(object({ type: named("branch"), name: text })),
      created_on: time,
      updated_on: time,
      project: ref("project_reference"),
      workspace: ref("workspace_reference"),
      owner: ref("team"),
      links: object({
        ...links(
          ...["self", "html", "avatar", "pullrequests", "commits", "forks", "watchers"],
          ...["branches", "tags", "downloads", "source", "hooks"],
        ).properties,
        clone: list(object({ name: choice("https", "ssh"), href: text }), { minItems: 2 }),
      }),
    },
    {
      parent: object(
        { type: named("repository"), full_name: text },
        { uuid, name: text, links: links("self", "html", "avatar") },
      ),
    },
  ),
  repository_inheritance_state: object({
    type: named("repository_inheritance_state"),
    override_settings: object(overrides),
  }),
} as const;

export const paths = {
  "/repositories/{workspace}": {
    get: collection(ref("repository"), { role: choice("admin", "contributor", "member", "owner") }),
  },
  "/repositories/{workspace}/{repo_slug}": {
    get: { 200: ref("repository") },
    post: { body: object({}, { ...written, scm: choice("git") }), 200: ref("repository") },
    put: { body: object({}, written), 200: ref("repository"), 201: ref("repository") },
    delete: { query: { redirect_to: text }, 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/forks": {
    get: { ...collection(ref("repository")), query: { ...querying, role: text } },
    post: {
      body: object({ workspace: object({ slug: text }) }, written),
      201: ref("repository"),
    },
  },
  "/repositories/{workspace}/{repo_slug}/watchers": { get: collection(ref("user")) },
  "/repositories/{workspace}/{repo_slug}/override-settings": {
    get: { 200: ref("repository_inheritance_state") },
    put: {
      body: object({}, { ...overrides, override_settings: object({}, overrides) }),
      204: nothing,
    },
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "repository.slug": gap,
  "repository.workspace": gap,
  "repository.website": gap,
} as const;
