/** Branches, tags, commits and files. */
import { collection, nothing, querying } from "./operation";
import { anything, choice, integer, list, named, object, page, ref, text } from "./schema";

const pointed = object({ hash: text }, { type: text });

export const schemas = {
  branch: object({ type: named("branch"), name: text, target: ref("commit") }),
  tag: object({ type: named("tag"), name: text, message: text, target: ref("commit") }),
  commit_file: object(
    { type: named("commit_file"), path: text, size: integer, commit: ref("commit_reference") },
    { attributes: list(choice("link", "executable", "subrepository", "binary", "lfs")), mimetype: text },
  ),
  commit_directory: object({ type: named("commit_directory"), path: text, commit: ref("commit_reference") }),
} as const;

const entry = { anyOf: [ref("commit_file"), ref("commit_directory")] } as const;

/** A page of a folder or, with `format=meta`, a file's own data; or the file as it is. */
const read = {
  query: { ...querying, format: choice("meta", "rendered"), max_depth: integer },
  200: {
    content: { "application/json": { anyOf: [page(entry), ref("commit_file")] }, "*/*": anything },
  },
} as const;

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
  "/repositories/{workspace}/{repo_slug}/src": {
    // The fields of the form beside these are paths of files.
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
