/** Pull requests: opening and closing, reviews, and their content. */
import { comment, links, moreOfComment, writtenComment } from "./common";
import { collection, gap, nothing, paging, querying } from "./operation";
import { choice, flag, integer, list, named, nullable, object, page, ref, text, time } from "./schema";
import { mergeStrategy } from "./source";

const shortCommit = object(
  { type: named("commit"), hash: { type: "string", pattern: "^[0-9a-f]{12}$" } },
  { links: links("self", "html") },
);

const side = object(
  { branch: object({ name: text }), repository: ref("repository_reference") },
  { commit: shortCommit },
);

/** Only if it can still be merged. */
const target = object(
  {
    branch: object(
      { name: text },
      { merge_strategies: list(mergeStrategy), default_merge_strategy: mergeStrategy },
    ),
    repository: ref("repository_reference"),
  },
  { commit: shortCommit },
);

const ownLinks = links("self", "html");

const somebody = { anyOf: [ref("user"), object({ type: named("user"), display_name: text })] } as const;

const state = choice("OPEN", "MERGED", "DECLINED", "SUPERSEDED");

const said = object({ date: time, user: somebody, pullrequest: ref("pullrequest_reference") });

const updatedSide = object({ branch: object({ name: text }), commit: shortCommit });

export const schemas = {
  pullrequest: object({
    type: named("pullrequest"),
    id: integer,
    title: text,
    description: text,
    summary: ref("rendered"),
    rendered: object({ title: ref("rendered"), description: ref("rendered") }),
    state,
    draft: flag,
    author: nullable(ref("user")),
    source: side,
    destination: target,
    merge_commit: nullable(shortCommit),
    close_source_branch: flag,
    closed_by: nullable(somebody),
    reason: text,
    comment_count: integer,
    task_count: integer,
    reviewers: list(ref("user")),
    participants: list(ref("participant")),
    created_on: time,
    updated_on: time,
    links: links(
      ...["self", "html", "commits", "approve", "request-changes", "diff", "diffstat", "comments"],
      ...["activity", "merge", "decline", "statuses"],
    ),
  }),
  pullrequest_reference: object({ type: named("pullrequest"), id: integer, title: text, links: ownLinks }),
  pullrequest_comment: object(
    {
      type: named("pullrequest_comment"),
      ...comment,
      pending: flag,
      pullrequest: ref("pullrequest_reference"),
      links: ownLinks,
    },
    { ...moreOfComment, resolution: ref("comment_resolution") },
  ),
  comment_resolution: object({ type: named("comment_resolution"), user: somebody, created_on: time }),
  pullrequest_comment_task: object(
    {
      id: integer,
      content: ref("rendered"),
      state: choice("RESOLVED", "UNRESOLVED"),
      pending: flag,
      creator: somebody,
      created_on: time,
      updated_on: time,
      links: ownLinks,
    },
    { resolved_on: time, resolved_by: somebody, comment: ref("pullrequest_comment") },
  ),
  activity: object(
    { pull_request: ref("pullrequest_reference") },
    {
      approval: said,
      changes_requested: said,
      comment: ref("pullrequest_comment"),
      update: object({
        state,
        title: text,
        description: text,
        reason: text,
        author: somebody,
        date: time,
        reviewers: list(ref("user")),
        source: updatedSide,
        destination: updatedSide,
        changes: object({}),
      }),
    },
  ),
  merge_task: object({
    task_status: choice("PENDING", "SUCCESS"),
    merge_result: ref("pullrequest"),
    links: links("self"),
  }),
} as const;

const branch = object({ branch: object({ name: text }) });
const more = {
  destination: branch,
  description: text,
  draft: flag,
  close_source_branch: flag,
  reviewers: list(object({ uuid: text })),
} as const;
const merging = { message: text, close_source_branch: flag, merge_strategy: mergeStrategy } as const;
const stated = {
  state: choice("OPEN", "MERGED", "DECLINED", "SUPERSEDED", "DRAFT", "QUEUED"),
} as const;
const opinion = { post: { 200: ref("participant") }, delete: { 204: nothing } } as const;
const elsewhere = { get: { 302: nothing } } as const;

export const paths = {
  "/repositories/{workspace}/{repo_slug}/pullrequests": {
    get: collection(ref("pullrequest"), stated),
    post: { body: object({ title: text, source: branch }, more), 201: ref("pullrequest") },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}": {
    get: { 200: ref("pullrequest") },
    put: { body: object({}, { title: text, ...more }), 200: ref("pullrequest") },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/decline": {
    post: { 200: ref("pullrequest") },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge": {
    post: {
      query: { async: flag },
      body: object({}, { type: text, ...merging }),
      errors: [409],
      200: ref("pullrequest"),
      202: nothing,
    },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge/task-status/{task_id}": {
    get: { 200: ref("merge_task") },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/approve": opinion,
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/request-changes": opinion,
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/activity": {
    get: collection(ref("activity")),
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/activity": { get: collection(ref("activity")) },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/diff": elsewhere,
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/diffstat": elsewhere,
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/patch": elsewhere,
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/commits": {
    get: collection(ref("commit")),
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/statuses": {
    get: collection(ref("commitstatus")),
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments": {
    get: { query: { ...paging, ...querying }, 200: page(ref("pullrequest_comment")) },
    post: { body: writtenComment, 201: ref("pullrequest_comment") },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}": {
    get: { 200: ref("pullrequest_comment") },
    put: { body: object({ content: object({ raw: text }) }), 200: ref("pullrequest_comment") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}/resolve": {
    post: { errors: [409], 200: ref("comment_resolution") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks": {
    get: collection(ref("pullrequest_comment_task")),
    post: {
      body: object({ content: object({ raw: text }) }, { comment: object({ id: integer }), pending: flag }),
      201: ref("pullrequest_comment_task"),
    },
  },
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}": {
    get: { 200: ref("pullrequest_comment_task") },
    put: {
      body: object({}, { content: object({ raw: text }), state: choice("RESOLVED", "UNRESOLVED") }),
      200: ref("pullrequest_comment_task"),
    },
    delete: { 204: nothing },
  },
  "/workspaces/{workspace}/pullrequests/{selected_user}": {
    get: collection(ref("pullrequest"), stated),
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "pullrequest.description": gap,
} as const;
