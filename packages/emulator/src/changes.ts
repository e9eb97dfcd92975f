/** The changes between two commits: diffs, patches, a pull request's content, and the history of a file. */

import { isUtf8 } from "node:buffer";
import { renderStatus, statusesOf } from "./commitStatuses";
import { api, placeOf, type RepositoryCall, renderCommit, renderEntry } from "./commitViews";
import { badRequest, notFound } from "./errors";
import type { BareRepository } from "./gitBare";
import { type DiffOptions, diff, diffStat, mergeBase, patch, type Range, type Stat } from "./gitDiff";
import { headsOf, pullRequestsOf, renderPullRequest, requirePullRequest } from "./pullRequestViews";
import type { Call, Route } from "./server";

const repo = "/repositories/{workspace}/{repo_slug}";
const one = `${repo}/pullrequests/{pull_request_id}`;

export function addChangeRoutes(route: Route): void {
  route("GET", `${repo}/diff/{spec}`, async (call) => {
    const { bare, range } = await rangeOf(call);
    return textOrBytes(call, await diff(bare, range, optionsOf(call)));
  });
  route("GET", `${repo}/diffstat/{spec}`, async (call) => {
    const { at, bare, range } = await rangeOf(call);
    const stats = await diffStat(bare, range, optionsOf(call));
    return call.page(stats, {
      usual: 500,
      most: 5000,
      counted: true,
      render: (stat) => renderStat(at, range, stat),
    });
  });
  route("GET", `${repo}/patch/{spec}`, async (call) => {
    const { bare, range } = await rangeOf(call);
    return textOrBytes(call, await patch(bare, range));
  });
  route("GET", `${repo}/merge-base/{revspec}`, async (call) => {
    const at = placeOf(call);
    const [left = "", right] = (call.params.revspec ?? "").split("..");
    if (right === undefined) throw badRequest("Give two commits: first..second");
    const { git } = call;
    const hash = await mergeBase(
      await git.openBare(at.repository),
      await git.resolve(at.repository, left),
      await git.resolve(at.repository, right),
    );
    const commit = hash && (await git.commit(at.repository, hash));
    if (!commit) throw notFound("The commits have no common ancestor.");
    return renderCommit(at, commit);
  });
  route("GET", `${repo}/filehistory/{commit}/{path}`, async (call) => {
    const at = placeOf(call);
    const path = (call.params.path ?? "").replace(/^\/+|\/+$/g, "");
    const start = await call.git.resolve(at.repository, call.params.commit ?? "");
    const commits = await call.git.log(at.repository, { include: [start], exclude: [], path });
    if (commits.length === 0) throw notFound(`No such file or directory: ${path}`);
    return call.page(commits, {
      sized: false,
      render: ({ hash }) => renderEntry(at, hash, { path, type: "file", size: 0 }),
    });
  });
  route("GET", `${repo}/commit/{commit}/pullrequests`, async (call) => {
    const at = placeOf(call);
    const hash = await call.git.resolve(at.repository, call.params.commit ?? "");
    const all = [...pullRequestsOf(at.repository).values()].filter((request) => {
      const { source } = headsOf(at.repository, request);
      return source === hash || request.merge_commit === hash;
    });
    return call.page(all, { most: 50, counted: true, render: (request) => renderPullRequest(at, request) });
  });
  addPullRequestChangeRoutes(route);
}

function addPullRequestChangeRoutes(route: Route): void {
  for (const name of ["diff", "diffstat", "patch"])
    route("GET", `${one}/${name}`, (call) => {
      const at = placeOf(call);
      const request = requirePullRequest(at);
      const { source, destination } = headsOf(at.repository, request);
      const more = name === "patch" ? "" : `?from_pullrequest_id=${request.id}&topic=true`;
      call.status(302);
      call.header("location", api(at, `/${name}/${source}..${destination}${more}`).href);
    });
  route("GET", `${one}/commits`, async (call) => {
    const at = placeOf(call);
    const { source, destination } = headsOf(at.repository, requirePullRequest(at));
    const commits = await call.git.log(at.repository, {
      include: source ? [source] : [],
      exclude: destination ? [destination] : [],
    });
    return call.page(commits, { sized: false, render: (commit) => renderCommit(at, commit) });
  });
  route("GET", `${one}/statuses`, (call) => {
    const at = placeOf(call);
    const { source } = headsOf(at.repository, requirePullRequest(at));
    const statuses = [...(statusesOf(at.repository, source ?? "")?.values() ?? [])];
    return call.page(statuses, { render: (status) => renderStatus(at, status) });
  });
}

/** Files of any encoding: as text if they are text. */
function textOrBytes(call: Call, content: Buffer): string | Buffer {
  call.header("content-type", "text/plain");
  return isUtf8(content) ? content.toString() : content;
}

/** One commit against its first parent; or `source..destination`, in the opposite order to git's. */
async function rangeOf(call: Call): Promise<{ at: RepositoryCall; bare: BareRepository; range: Range }> {
  const at = placeOf(call);
  const found = at.repository;
  const [first = "", second] = (call.params.spec ?? "").split("..");
  const to = await call.git.resolve(found, first);
  if (second === undefined) {
    const parents = (await call.git.commit(found, to))?.parents ?? [];
    return { at, bare: await call.git.openBare(found), range: { from: parents[0], to } };
  }
  const against = await call.git.resolve(found, second);
  const bare = await call.git.openBare(found);
  const query = call.url.searchParams;
  const topic = (query.get("topic") ?? query.get("merge") ?? "true") !== "false";
  return { at, bare, range: { from: topic ? await mergeBase(bare, to, against) : against, to } };
}

function optionsOf(call: Call): DiffOptions {
  const query = call.url.searchParams;
  const context = query.get("context");
  if (context !== null && !/^\d{1,6}$/.test(context)) throw badRequest("Invalid context");
  return {
    ...(context === null ? {} : { context: Number(context) }),
    paths: query.getAll("path"),
    ignoreWhitespace: query.get("ignore_whitespace") === "true",
    binary: query.get("binary") === "true",
    renames: query.get("renames") !== "false",
  };
}

function renderStat(at: RepositoryCall, { from, to }: Range, stat: Stat): unknown {
  const file = (hash: string | undefined, path: string | undefined) =>
    hash === undefined || path === undefined
      ? null
      : {
          type: "commit_file",
          path,
          escaped_path: path,
          links: { self: api(at, `/src/${hash}/${path.split("/").map(encodeURIComponent).join("/")}`) },
        };
  return {
    type: "diffstat",
    status: stat.status,
    lines_added: stat.added,
    lines_removed: stat.removed,
    old: file(from, stat.old),
    new: file(to, stat.new),
  };
}
