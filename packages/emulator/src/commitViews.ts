/** Renders commits, branches, tags and folder entries. */
import type { CommitInfo, TreeEntry } from "./gitStore";
import type { Call } from "./server";
import {
  apiLink,
  type Link,
  renderRepositoryName,
  renderUser,
  repositoryPath,
  requireRepository,
  webLink,
} from "./shared";
import type { Repository, User, Workspace } from "./state";

/** The request and its repository, for links. */
export interface RepositoryCall {
  readonly call: Call;
  readonly workspace: Workspace;
  readonly repository: Repository;
}

/** The author of commits and tags, in git's format. */
export function authorOf({ principal: { token, user } }: Call): string {
  return `${user?.display_name ?? token.name} <${user?.email ?? "token"}>`;
}

export function placeOf(call: Call, level: "read" | "write" | "admin" = "read"): RepositoryCall {
  return { call, ...requireRepository(call, level) };
}

/** All merge strategies of a pull request. */
export const mergeStrategies = [
  "merge_commit",
  "squash",
  "fast_forward",
  "squash_fast_forward",
  "rebase_fast_forward",
  "rebase_merge",
] as const;

export function api({ call, workspace, repository }: RepositoryCall, rest: string): Link {
  return apiLink(call, `${repositoryPath(workspace, repository)}${rest}`);
}

export function web({ call, workspace, repository }: RepositoryCall, rest: string): Link {
  return webLink(call, `/${workspace.slug}/${repository.slug}${rest}`);
}

const users = new WeakMap<Call, Map<string, User>>();

/** An author in git's format, with the user of that address. */
function renderAuthor(call: Call, raw: string): unknown {
  let byEmail = users.get(call);
  if (!byEmail) {
    byEmail = new Map([...call.state.users.values()].map((user) => [user.email, user]));
    users.set(call, byEmail);
  }
  const user = byEmail.get(/<([^>]*)>/.exec(raw)?.[1] ?? "");
  return { type: "author", raw, ...(user ? { user: renderUser(call, user) } : {}) };
}

export function renderCommitName(at: RepositoryCall, hash: string): Record<string, unknown> {
  return {
    type: "commit",
    hash,
    links: { self: api(at, `/commit/${hash}`), html: web(at, `/commits/${hash}`) },
  };
}

export function renderCommit(at: RepositoryCall, commit: CommitInfo): Record<string, unknown> {
  const { hash, message } = commit;
  const rendered = { type: "rendered", raw: message, markup: "markdown", html: toHtml(message) };
  return {
    type: "commit",
    hash,
    message,
    // Git counts in seconds.
    date: `${commit.date.slice(0, 19)}+00:00`,
    author: renderAuthor(at.call, commit.author),
    summary: rendered,
    rendered: { message: rendered },
    parents: commit.parents.map((parent) => renderCommitName(at, parent)),
    repository: renderRepositoryName(at.call, at.workspace, at.repository),
    links: {
      self: api(at, `/commit/${hash}`),
      html: web(at, `/commits/${hash}`),
      diff: api(at, `/diff/${hash}`),
      patch: api(at, `/patch/${hash}`),
      approve: api(at, `/commit/${hash}/approve`),
      comments: api(at, `/commit/${hash}/comments`),
      statuses: api(at, `/commit/${hash}/statuses`),
    },
  };
}

/** Text as HTML: a paragraph, with nothing that a browser runs. */
export function toHtml(text: string): string {
  return text === "" ? "" : `<p>${text.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</p>`;
}

export function renderBranch(
  at: RepositoryCall,
  name: string,
  hash: string,
  infos: ReadonlyMap<string, CommitInfo>,
): unknown {
  const path = encodeURIComponent(name);
  return {
    type: "branch",
    name,
    target: targetOf(at, hash, infos),
    merge_strategies: mergeStrategies,
    default_merge_strategy: "merge_commit",
    links: {
      self: api(at, `/refs/branches/${path}`),
      commits: api(at, `/commits/${path}`),
      html: web(at, `/branch/${path}`),
    },
  };
}

export function renderTag(
  at: RepositoryCall,
  name: string,
  tag: Repository["tags"] extends Map<string, infer Tag> ? Tag : never,
  infos: ReadonlyMap<string, CommitInfo>,
): unknown {
  const path = encodeURIComponent(name);
  return {
    type: "tag",
    name,
    message: tag.message,
    target: targetOf(at, tag.hash, infos),
    ...(tag.tagger === undefined ? {} : { tagger: renderAuthor(at.call, tag.tagger) }),
    ...(tag.date === undefined ? {} : { date: tag.date }),
    links: {
      self: api(at, `/refs/tags/${path}`),
      commits: api(at, `/commits/${path}`),
      html: web(at, `/commits/tag/${path}`),
    },
  };
}

function targetOf(at: RepositoryCall, hash: string, infos: ReadonlyMap<string, CommitInfo>): unknown {
  const commit = infos.get(hash);
  return commit ? renderCommit(at, commit) : renderCommitName(at, hash);
}

export function renderEntry(
  at: RepositoryCall,
  hash: string,
  { path, type, size, attribute }: TreeEntry,
): unknown {
  const commit = renderCommitName(at, hash);
  const escaped = path.split("/").map(encodeURIComponent).join("/");
  const self = api(at, `/src/${hash}/${escaped}`);
  const links = { self, meta: { href: `${self.href}?format=meta` } };
  if (type === "folder")
    return {
      type: "commit_directory",
      path,
      commit,
      links: { self: { href: `${self.href}/` }, meta: { href: `${self.href}/?format=meta` } },
    };
  const attributes = type === "submodule" ? ["subrepository"] : attribute ? [attribute] : [];
  return {
    type: "commit_file",
    path,
    escaped_path: path,
    size,
    attributes,
    commit,
    links: { ...links, history: api(at, `/filehistory/${hash}/${escaped}`) },
  };
}
