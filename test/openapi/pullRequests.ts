/** Pull requests and the comments on them. */
import { collection, nothing, paging, querying } from "./operation";
import {
  anything,
  choice,
  flag,
  integer,
  link,
  list,
  named,
  nullable,
  object,
  page,
  ref,
  text,
  time,
} from "./schema";

const shortCommit = object({
  type: named("commit"),
  hash: { type: "string", pattern: "^[0-9a-f]{12}$" },
});

const side = object(
  { branch: object({ name: text }), repository: ref("repository_in_full_name") },
  { commit: shortCommit },
);

const rendered = object({ type: named("rendered"), raw: text, markup: choice("markdown"), html: text });

const links = object({ self: object({ href: link }), html: object({ href: link }) });

const inline = object({ path: text }, { from: nullable(integer), to: nullable(integer) });

export const schemas = {
  repository_in_full_name: object({
    type: named("repository"),
    uuid: text,
    name: text,
    full_name: text,
  }),
  pullrequest: object({
    type: named("pullrequest"),
    id: integer,
    title: text,
    description: text,
    summary: rendered,
    state: choice("OPEN", "MERGED", "DECLINED", "SUPERSEDED"),
    draft: flag,
    author: nullable(ref("user")),
    source: side,
    destination: side,
    merge_commit: nullable(ref("commit_reference")),
    close_source_branch: flag,
    closed_by: nullable(ref("user")),
    reason: text,
    comment_count: integer,
    task_count: integer,
    reviewers: list(ref("user")),
    participants: list(anything),
    created_on: time,
    updated_on: time,
    links,
  }),
  pullrequest_comment: object(
    {
      type: named("pullrequest_comment"),
      id: integer,
      content: rendered,
      // An access token comments as a user of its own.
      user: { anyOf: [ref("user"), object({ type: named("user"), display_name: text })] },
      deleted: flag,
      pending: flag,
      pullrequest: object({ type: named("pullrequest"), id: integer, title: text }),
      created_on: time,
      updated_on: time,
      links,
    },
    { inline, parent: object({ id: integer }) },
  ),
} as const;

const branch = object({ branch: object({ name: text }) });
const comment = object({ content: object({ raw: text }) }, { inline, parent: object({ id: integer }) });

export const paths = {
  "/repositories/{workspace}/{repo_slug}/pullrequests": {
    get: collection(ref("pullrequest"), {
      state: choice("OPEN", "MERGED", "DECLINED", "SUPERSEDED", "DRAFT", "QUEUED"),
    }),
    post: {
      body: object(
        { title: text, source: branch },
        {
          destination: branch,
          description: text,
          draft: flag,
          close_source_branch: flag,
          reviewers: list(object({ uuid: text })),
        },
      ),
      201: ref("pullrequest"),
    },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}": {
    get: { 200: ref("pullrequest") },
    put: { body: object({}, { title: text, description: text }), 200: ref("pullrequest") },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/decline": {
    post: { 200: ref("pullrequest") },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments": {
    get: { query: { ...paging, ...querying }, 200: page(ref("pullrequest_comment")) },
    post: { body: comment, 201: ref("pullrequest_comment") },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}": {
    get: { 200: ref("pullrequest_comment") },
    put: { body: object({ content: object({ raw: text }) }), 200: ref("pullrequest_comment") },
    delete: { 204: nothing },
  },
} as const;
