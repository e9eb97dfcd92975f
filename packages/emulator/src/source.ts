/** Branches, tags, commits and files. */

import { api, authorOf, placeOf, renderBranch, renderCommit, renderEntry, renderTag } from "./commitViews";
import { badRequest, notFound, Refusal } from "./errors";
import { emitPush, readHeads } from "./events";
import { bytesOf, type StoredContent } from "./gitObjects";
import type { CommitInfo } from "./gitStore";
import type { Call, Handler, Route } from "./server";
import { readPart, readText } from "./shared";
import type { Repository } from "./state";

const repo = "/repositories/{workspace}/{repo_slug}";

export function addSourceRoutes(route: Route): void {
  addBranchRoutes(route);
  addTagRoutes(route);
  addCommitRoutes(route);
  addFileRoutes(route);
}

function addBranchRoutes(route: Route): void {
  route("GET", `${repo}/refs`, async (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const infos = await targets(call, found);
    return call.page([
      ...[...found.branches].map(([name, hash]) => renderBranch(at, name, hash, infos)),
      ...[...found.tags].map(([name, tag]) => renderTag(at, name, tag, infos)),
    ]);
  });
  route("GET", `${repo}/refs/branches`, async (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const infos = await targets(call, found);
    return call.page([...found.branches], {
      render: ([name, hash]) => renderBranch(at, name, hash, infos),
    });
  });
  route("POST", `${repo}/refs/branches`, async (call) => {
    const at = placeOf(call, "write");
    const found = at.repository;
    const name = readText(call, "name", "");
    if (found.branches.has(name))
      throw new Refusal(400, `Branch "${name}" already exists.`, { data: { key: "BRANCH_ALREADY_EXISTS" } });
    const hash = await call.git.resolve(found, String(readPart(call, "target")?.hash ?? ""));
    const before = readHeads(found);
    await call.git.setBranch(found, name, hash);
    emitPush(call, at.workspace, found, before);
    call.status(201);
    return renderBranch(at, name, hash, await call.git.commits(found, [hash]));
  });
  route("GET", `${repo}/refs/branches/{name}`, async (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const name = call.params.name ?? "";
    const hash = found.branches.get(name);
    if (!hash) throw notFound(`No branch named ${name}`);
    return renderBranch(at, name, hash, await call.git.commits(found, [hash]));
  });
  route("DELETE", `${repo}/refs/branches/{name}`, async (call) => {
    const at = placeOf(call, "write");
    const found = at.repository;
    const name = call.params.name ?? "";
    if (name === found.mainbranch) throw badRequest("The main branch cannot be deleted.");
    const before = readHeads(found);
    if (!(await call.git.removeBranch(found, name))) throw notFound(`No branch named ${name}`);
    emitPush(call, at.workspace, found, before);
  });
}

function addTagRoutes(route: Route): void {
  route("GET", `${repo}/refs/tags`, async (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const infos = await targets(call, found);
    return call.page([...found.tags].map(([name, tag]) => renderTag(at, name, tag, infos)));
  });
  route("POST", `${repo}/refs/tags`, async (call) => {
    const at = placeOf(call, "write");
    const found = at.repository;
    const name = readText(call, "name", "");
    if (found.tags.has(name)) throw badRequest(`tag "${name}" already exists`);
    const hash = await call.git.resolve(found, String(readPart(call, "target")?.hash ?? ""));
    const tag = {
      hash,
      message: readText(call, "message", `Added tag ${name} for changeset ${hash.slice(0, 7)}`),
      tagger: authorOf(call),
      date: call.now(),
    };
    const before = readHeads(found);
    await call.git.setTag(found, name, tag);
    emitPush(call, at.workspace, found, before);
    call.status(201);
    return renderTag(at, name, tag, await call.git.commits(found, [hash]));
  });
  route("GET", `${repo}/refs/tags/{name}`, async (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const tag = found.tags.get(call.params.name ?? "");
    if (!tag) throw notFound(`No tag named ${call.params.name}`);
    return renderTag(at, call.params.name ?? "", tag, await call.git.commits(found, [tag.hash]));
  });
  route("DELETE", `${repo}/refs/tags/{name}`, async (call) => {
    const at = placeOf(call, "write");
    const found = at.repository;
    const before = readHeads(found);
    if (!(await call.git.removeTag(found, call.params.name ?? "")))
      throw notFound(`No tag named ${call.params.name}`);
    emitPush(call, at.workspace, found, before);
  });
}

function addCommitRoutes(route: Route): void {
  const readCommits: Handler = async (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const names = (parameter: string) => call.url.searchParams.getAll(parameter);
    const revision = call.params.revision;
    const included = [...(revision === undefined ? [] : [revision]), ...names("include")];
    const hashes = (all: readonly string[]) => Promise.all(all.map((name) => call.git.resolve(found, name)));
    const everything = [...found.branches.values(), ...[...found.tags.values()].map(({ hash }) => hash)];
    const commits = await call.git.log(found, {
      include: included.length > 0 ? await hashes(included) : everything,
      exclude: await hashes(names("exclude")),
      path: call.url.searchParams.get("path")?.replace(/^\/+|\/+$/g, "") || undefined,
    });
    return call.page(commits, { render: (commit) => renderCommit(at, commit), sized: false });
  };
  route("GET", `${repo}/commits`, readCommits);
  route("GET", `${repo}/commits/{revision}`, readCommits);
  route("GET", `${repo}/commit/{commit}`, async (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const hash = await call.git.resolve(found, call.params.commit ?? "");
    const commit = await call.git.commit(found, hash);
    if (!commit) throw notFound(`Commit not found: ${call.params.commit}`);
    return renderCommit(at, commit);
  });
}

function addFileRoutes(route: Route): void {
  const readSource: Handler = async (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const revision = call.params.commit ?? "";
    // A branch with a slash in its name is not found here, encoded or not: its commit is.
    if (revision.includes("/")) throw notFound(`Commit not found: ${revision}`);
    const hash = await call.git.resolve(found, revision === "HEAD" ? head(found) : revision);
    const path = (call.params.path ?? "").replace(/^\/+|\/+$/g, "");
    const content = await call.git.file(found, hash, path);
    if (content !== undefined) {
      if (call.url.searchParams.get("format") !== "meta") return fileBody(content);
      const size = Buffer.isBuffer(content) ? content.length : bytesOf(content).length;
      return renderEntry(at, hash, { path, type: "file", size });
    }
    const depth = Number(call.url.searchParams.get("max_depth") ?? 1);
    if (!Number.isInteger(depth) || depth < 1) throw badRequest("Invalid max_depth");
    const entries = await call.git.entries(found, hash, path, depth);
    if (!entries) throw notFound(`No such file or directory: ${path}`);
    return call.page(entries, { render: (entry) => renderEntry(at, hash, entry), sized: false });
  };
  route("GET", `${repo}/src/{commit}/{path}`, readSource);
  route("GET", `${repo}/src/{commit}`, readSource, `GET ${repo}/src/{commit}/{path}`);
  // The root folder of the main branch.
  route("GET", `${repo}/src`, (call) => readSource({ ...call, params: { ...call.params, commit: "HEAD" } }));
  route("POST", `${repo}/src`, commitForm);
}

async function commitForm(call: Call): Promise<void> {
  const at = placeOf(call, "write");
  const found = at.repository;
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/.test(call.asked("content-type") ?? ""))
    throw new Refusal(
      415,
      "Unsupported media type: send multipart/form-data or application/x-www-form-urlencoded.",
    );
  const meta = new Map<string, string>();
  const written = new Map<string, StoredContent>();
  const removed: string[] = [];
  for (const [name, value] of call.form) {
    if (name === "files") removed.push(String(value).replace(/^\/+/, ""));
    else if (["message", "author", "branch", "parents"].includes(name)) meta.set(name, String(value));
    else written.set(name.replace(/^\/+/, ""), value);
  }
  const branch = meta.get("branch") ?? found.mainbranch ?? "main";
  const head = found.branches.get(branch);
  const given = meta.get("parents");
  const parent =
    given === undefined
      ? (head ?? found.branches.get(found.mainbranch ?? ""))
      : await call.git.resolve(found, given);
  if (head !== undefined && parent !== head) throw new Refusal(409, `The head of ${branch} is not ${given}.`);
  const before = readHeads(found);
  const hash = await call.git.change(found, {
    branch,
    parent,
    message: meta.get("message") ?? "edited online with Bitbucket",
    author: meta.get("author") ?? authorOf(call),
    date: call.now(),
    written,
    removed,
  });
  found.mainbranch ??= branch;
  emitPush(call, at.workspace, found, before);
  call.status(201);
  call.header("location", api(at, `/commit/${hash}`).href);
}

/** The branch of `HEAD`. */
function head(found: Repository): string {
  if (found.mainbranch === null) throw notFound("The repository is empty.");
  return found.mainbranch;
}

function targets(call: Call, found: Repository): Promise<Map<string, CommitInfo>> {
  return call.git.commits(found, [
    ...found.branches.values(),
    ...[...found.tags.values()].map(({ hash }) => hash),
  ]);
}

/** Unchanged: text as text, so that faults can damage it. */
function fileBody(content: StoredContent | Buffer): string | Buffer {
  if (typeof content === "string" || Buffer.isBuffer(content)) return content;
  return bytesOf(content);
}
