/** Branches, tags, commits and files. */
import { links } from "./common";
import { collection, gap, nothing, paging, querying } from "./operation";
import {
  anything,
  choice,
  countedPage,
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

export const mergeStrategy = choice(
  "merge_commit",
  "squash",
  "fast_forward",
  "squash_fast_forward",
  "rebase_fast_forward",
  "rebase_merge",
);

/** Segments of a line or a path, with the matches marked. */
const segments = list(object({ text }, { match: flag }));

const pointed = object({ hash: text }, { type: text });

export const schemas = {
  branch: object({
    type: named("branch"),
    name: text,
    target: ref("commit"),
    merge_strategies: list(mergeStrategy),
    default_merge_strategy: mergeStrategy,
    links: links("self", "commits", "html"),
  }),
  tag: object(
    {
      type: named("tag"),
      name: text,
      message: text,
      target: ref("commit"),
      links: links("self", "commits", "html"),
    },
    // Unknown for tags that were pushed.
    { tagger: ref("author"), date: time },
  ),
  commit_file: object(
    { type: named("commit_file"), path: text, size: integer, commit: ref("commit_reference") },
    {
      escaped_path: text,
      links: links("self", "meta", "history"),
      attributes: list(choice("link", "executable", "subrepository", "binary", "lfs")),
      mimetype: text,
    },
  ),
  commit_directory: object({
    type: named("commit_directory"),
    path: text,
    commit: ref("commit_reference"),
    links: links("self", "meta"),
  }),
  diffstat: object({
    type: named("diffstat"),
    status: choice("added", "removed", "modified", "renamed"),
    lines_added: integer,
    lines_removed: integer,
    old: nullable(ref("changed_file")),
    new: nullable(ref("changed_file")),
  }),
  changed_file: object({
    type: named("commit_file"),
    path: text,
    escaped_path: text,
    links: links("self"),
  }),
  code_search_result: object({
    type: named("code_search_result"),
    content_match_count: integer,
    content_matches: list(object({ lines: list(object({ line: integer, segments })) })),
    path_matches: segments,
    file: object({
      type: named("commit_file"),
      path: text,
      commit: object({
        type: named("commit"),
        hash: text,
        links: links("self", "html"),
        repository: ref("repository"),
      }),
      links: links("self", "html"),
    }),
  }),
} as const;

const entry = { anyOf: [ref("commit_file"), ref("commit_directory")] } as const;

/** A page of a folder or, with `format=meta`, a file's own data; or the file itself. */
const read = {
  query: { ...querying, format: choice("meta", "rendered"), max_depth: integer },
  200: {
    content: { "application/json": { anyOf: [page(entry), ref("commit_file")] }, "*/*": anything },
  },
} as const;

/** The options of a diff. */
const comparing = {
  context: integer,
  path: text,
  ignore_whitespace: flag,
  binary: flag,
  renames: flag,
  merge: flag,
  topic: flag,
  from_pullrequest_id: integer,
} as const;

/** In the encoding of the files. */
const plain = { content: { "text/plain": text } } as const;

const log = collection(ref("commit"), { include: text, exclude: text, path: text });

export const paths = {
  "/repositories/{workspace}/{repo_slug}/refs/branches": {
    get: collection(ref("branch")),
    post: { body: object({ name: text, target: pointed }), 201: ref("branch") },
  },
  "/repositories/{workspace}/{repo_slug}/refs/branches/{name}": {
    get: { 200: ref("branch") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/refs/tags": {
    get: collection(ref("tag")),
    post: { body: object({ name: text, target: pointed }, { message: text }), 201: ref("tag") },
  },
  "/repositories/{workspace}/{repo_slug}/refs/tags/{name}": {
    get: { 200: ref("tag") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/refs": {
    get: {
      query: querying,
      200: page({ anyOf: [ref("branch"), ref("tag")] }),
    },
  },
  "/repositories/{workspace}/{repo_slug}/commits": { get: log },
  "/repositories/{workspace}/{repo_slug}/commits/{revision}": { get: log },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}": { get: { 200: ref("commit") } },
  "/repositories/{workspace}/{repo_slug}/diff/{spec}": { get: { query: comparing, 200: plain } },
  "/repositories/{workspace}/{repo_slug}/patch/{spec}": { get: { query: comparing, 200: plain } },
  "/repositories/{workspace}/{repo_slug}/diffstat/{spec}": {
    get: { query: { ...querying, ...comparing }, 200: countedPage(ref("diffstat")) },
  },
  "/repositories/{workspace}/{repo_slug}/merge-base/{revspec}": { get: { 200: ref("commit") } },
  "/repositories/{workspace}/{repo_slug}/filehistory/{commit}/{path}": {
    get: collection(ref("commit_file"), { renames: text }),
  },
  "/workspaces/{workspace}/search/code": {
    get: {
      query: { ...paging, search_query: text },
      200: object(
        {
          values: list(ref("code_search_result")),
          pagelen: integer,
          size: integer,
          page: integer,
          query_substituted: flag,
        },
        { next: link },
      ),
    },
  },
  "/repositories/{workspace}/{repo_slug}/src": {
    // The other fields of the form are paths of files.
    post: {
      form: {
        type: "object",
        properties: { message: text, author: text, branch: text, parents: text, files: anything },
        additionalProperties: anything,
      },
      errors: [409, 415],
      201: nothing,
    },
    get: read,
  },
  "/repositories/{workspace}/{repo_slug}/src/{commit}": { get: read },
  "/repositories/{workspace}/{repo_slug}/src/{commit}/{path}": { get: read },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "commit_file.links": gap,
  "/repositories/{workspace}/{repo_slug}/src/{commit}":
    "the root folder, of which the document tells in prose",
  "commit_file.size": "told of in prose and example, for format=meta",
  "commit_file.mimetype": "told of in prose and example, for format=meta",
} as const;
