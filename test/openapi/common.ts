/** Objects that several families contain: people, groups, references to owners, errors. */
import { gap } from "./operation";
import {
  anything,
  choice,
  flag,
  hash,
  integer,
  link,
  list,
  named,
  nullable,
  object,
  ref,
  second,
  text,
  time,
  uuid,
} from "./schema";

/** Links by name, all of which are required. */
export function links<const Names extends readonly string[]>(...names: Names) {
  return object(Object.fromEntries(names.map((name) => [name, object({ href: link })])));
}

export const schemas = {
  user: object({
    type: named("user"),
    uuid,
    account_id: text,
    nickname: text,
    display_name: text,
    links: links("self", "html", "avatar"),
  }),
  /** The short form of a workspace as an owner. */
  team: object({
    type: named("team"),
    uuid,
    username: text,
    display_name: text,
    links: links("self", "html", "avatar"),
  }),
  group: object({
    type: named("group"),
    slug: text,
    name: text,
    full_slug: text,
    workspace: ref("workspace_reference"),
    links: links("html"),
  }),
  /** The short form of a repository, inside of other objects. */
  repository_reference: object(
    { type: named("repository"), uuid },
    { name: text, full_name: text, links: links("self", "html", "avatar") },
  ),
  project_reference: object(
    { type: named("project"), uuid, key: text },
    { name: text, links: links("self", "html", "repositories", "avatar") },
  ),
  workspace_reference: object(
    { type: named("workspace"), uuid },
    { slug: text, name: text, links: links("self", "html", "avatar") },
  ),
  author: object({ type: named("author"), raw: text }, { user: ref("user") }),
  commit_reference: object({ type: named("commit"), hash }, { links: links("self", "html") }),
  commit: object({
    type: named("commit"),
    hash,
    message: text,
    date: second,
    author: ref("author"),
    summary: ref("rendered"),
    rendered: object({ message: ref("rendered") }),
    parents: list(ref("commit_reference")),
    repository: ref("repository_reference"),
    links: links("self", "html", "diff", "patch", "approve", "comments", "statuses"),
  }),
  /** Text in its source form, and rendered. */
  rendered: object({ type: named("rendered"), raw: text, markup: choice("markdown"), html: text }),
  participant: object({
    type: named("participant"),
    // An access token takes part as a user of its own.
    user: { anyOf: [ref("user"), object({ type: named("user"), display_name: text })] },
    role: choice("PARTICIPANT", "REVIEWER"),
    approved: flag,
    state: nullable(choice("approved", "changes_requested")),
    participated_on: nullable(time),
  }),
  error: object({
    type: named("error"),
    error: object(
      { message: text },
      {
        id: text,
        /** A text; for missing scopes an object, whatever the API's own document says. */
        detail: { anyOf: [text, object({ granted: list(text), required: list(text) })] },
        /** By field; the webhook service returns a list of texts. */
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

/** The common part of comments on commits and on pull requests. */
export const comment = {
  id: integer,
  content: ref("rendered"),
  // An access token comments as a user of its own.
  user: { anyOf: [ref("user"), object({ type: named("user"), display_name: text })] },
  deleted: flag,
  created_on: time,
  updated_on: time,
} as const;

const inline = object({ path: text }, { from: nullable(integer), to: nullable(integer) });

export const moreOfComment = { inline, parent: object({ id: integer }) } as const;

export const writtenComment = object({ content: object({ raw: text }) }, moreOfComment);

/** From the published types: see `published.mts`. */
export const differences = {
  "commit.links": gap,
  "commit.rendered": gap,
  "commit.repository": gap,
  "team.username": gap,
  "user.account_id": "the document says account where it is always a user",
  "user.nickname": "the document says account where it is always a user",
} as const;
