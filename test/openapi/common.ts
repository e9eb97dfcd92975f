/** Objects that several families show: people, groups, references to what things belong to, errors. */
import { anything, choice, hash, link, list, named, object, ref, second, text, uuid } from "./schema";

const self = object({ href: link });

export const selfLinks = object({}, { self });

export const schemas = {
  user: object({
    type: named("user"),
    uuid,
    account_id: text,
    nickname: text,
    display_name: text,
    links: selfLinks,
  }),
  /** As others see a workspace that owns something. */
  team: object({ type: named("team"), uuid, display_name: text }),
  group: object({
    type: named("group"),
    slug: text,
    name: text,
    full_slug: text,
    workspace: ref("workspace_reference"),
  }),
  /** What is said of a repository where something belongs to it. */
  repository_reference: object({ type: named("repository"), uuid }, { name: text }),
  project_reference: object({ type: named("project"), uuid, key: text }, { name: text }),
  workspace_reference: object({ type: named("workspace"), uuid }, { slug: text, name: text }),
  author: object({ type: named("author"), raw: text }, { user: ref("user") }),
  commit_reference: object({ type: named("commit"), hash }),
  commit: object({
    type: named("commit"),
    hash,
    message: text,
    date: second,
    author: ref("author"),
    parents: list(ref("commit_reference")),
  }),
  error: object({
    type: named("error"),
    error: object(
      { message: text },
      {
        id: text,
        /** A text; for missing scopes an object, whatever the API's own document says. */
        detail: { anyOf: [text, object({ granted: list(text), required: list(text) })] },
        /** By field; the webhook service answers a list of texts. */
        fields: {
          anyOf: [{ type: "object", additionalProperties: list(text, { minItems: 1 }) }, list(text)],
        },
        data: { type: "object", additionalProperties: anything },
      },
    ),
  }),
} as const;

/** Write levels. */
export const repositoryLevel = choice("read", "write", "admin");
export const projectLevel = choice("read", "write", "create-repo", "admin");
