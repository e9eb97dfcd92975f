/** Branches, tags, commits and files. */
import { createHash } from "node:crypto";
import { badRequest, notFound, Refusal } from "./errors";
import type { Handler, Route } from "./server";
import { part, repository, text } from "./shared";
import type { Commit, Repository } from "./state";

const repo = "/repositories/{workspace}/{repo_slug}";

export function sourceRoutes(route: Route): void {
  route("GET", `${repo}/refs/branches`, (call) => {
    const { repository: found } = repository(call);
    return call.page([...found.branches], {
      render: ([name, hash]) => renderBranch(found, name, hash),
      sized: false,
    });
  });
  route("POST", `${repo}/refs/branches`, (call) => {
    const { repository: found } = repository(call, "write");
    const name = text(call, "name", "");
    if (found.branches.has(name))
      throw new Refusal(400, `Branch "${name}" already exists.`, { data: { key: "BRANCH_ALREADY_EXISTS" } });
    const hash = resolve(found, String(part(call, "target")?.hash ?? ""));
    found.branches.set(name, hash);
    call.status(201);
    return renderBranch(found, name, hash);
  });
  route("GET", `${repo}/refs/branches/{name}`, (call) => {
    const { repository: found } = repository(call);
    const name = call.params.name ?? "";
    const hash = found.branches.get(name);
    if (!hash) throw notFound(`No branch named ${name}`);
    return renderBranch(found, name, hash);
  });
  route("DELETE", `${repo}/refs/branches/{name}`, (call) => {
    const { repository: found } = repository(call, "write");
    const name = call.params.name ?? "";
    if (name === found.mainbranch) throw badRequest("The main branch cannot be deleted.");
    if (!found.branches.delete(name)) throw notFound(`No branch named ${name}`);
    return undefined;
  });

  route("GET", `${repo}/refs/tags`, (call) => {
    const { repository: found } = repository(call);
    return call.page([...found.tags].map(([name, tag]) => renderTag(found, name, tag)));
  });
  route("POST", `${repo}/refs/tags`, (call) => {
    const { repository: found } = repository(call, "write");
    const name = text(call, "name", "");
    if (found.tags.has(name)) throw badRequest(`tag "${name}" already exists`);
    const hash = resolve(found, String(part(call, "target")?.hash ?? ""));
    const tag = {
      hash,
      message: text(call, "message", `Added tag ${name} for changeset ${hash.slice(0, 7)}`),
    };
    found.tags.set(name, tag);
    call.status(201);
    return renderTag(found, name, tag);
  });
  route("GET", `${repo}/refs/tags/{name}`, (call) => {
    const { repository: found } = repository(call);
    const tag = found.tags.get(call.params.name ?? "");
    if (!tag) throw notFound(`No tag named ${call.params.name}`);
    return renderTag(found, call.params.name ?? "", tag);
  });
  route("DELETE", `${repo}/refs/tags/{name}`, (call) => {
    if (!repository(call, "write").repository.tags.delete(call.params.name ?? ""))
      throw notFound(`No tag named ${call.params.name}`);
    return undefined;
  });

  route("GET", `${repo}/commits`, (call) => {
    const { repository: found } = repository(call);
    return call.page([...found.commits.values()].reverse(), { render: renderCommit, sized: false });
  });
  route("GET", `${repo}/commit/{commit}`, (call) => {
    const { repository: found } = repository(call);
    const commit = found.commits.get(resolve(found, call.params.commit ?? ""));
    return commit && renderCommit(commit);
  });
  const readSource: Handler = (call) => {
    const { repository: found } = repository(call);
    const commit = found.commits.get(resolve(found, call.params.commit ?? ""));
    const path = (call.params["*"] ?? "").replace(/\/+$/, "");
    const content = commit?.files.get(path);
    if (!commit) throw notFound();
    if (content === undefined) return call.page(folder(commit, path));
    if (call.url.searchParams.get("format") === "meta") return renderFile(commit, path, content);
    return content;
  };
  route("GET", `${repo}/src/{commit}/{path}`, readSource);
  route("GET", `${repo}/src/{commit}`, readSource, `GET ${repo}/src/{commit}/{path}`);
  route("POST", `${repo}/src`, (call) => {
    const { repository: found } = repository(call, "write");
    const meta = new Map(
      call.form.filter(([name]) => ["message", "author", "branch", "parents"].includes(name)),
    );
    const branch = meta.get("branch") ?? found.mainbranch ?? "main";
    const head = found.branches.get(branch);
    const given = meta.get("parents");
    const parent =
      given === undefined ? (head ?? found.branches.get(found.mainbranch ?? "")) : resolve(found, given);
    if (head !== undefined && parent !== head)
      throw new Refusal(409, `The head of ${branch} is not ${given}.`);
    const files = new Map(parent ? found.commits.get(parent)?.files : []);
    for (const [name, value] of call.form) {
      if (name === "files") files.delete(value.replace(/^\/+/, ""));
      else if (!meta.has(name)) files.set(name.replace(/^\/+/, ""), value);
    }
    const commit = addCommit(found, {
      message: meta.get("message") ?? "edited online with Bitbucket",
      author:
        meta.get("author") ??
        `${call.principal.user?.display_name ?? call.principal.token.name} <${call.principal.user?.email ?? "token"}>`,
      date: call.now(),
      parents: parent ? [parent] : [],
      files,
    });
    found.branches.set(branch, commit.hash);
    found.mainbranch ??= branch;
    call.status(201);
    call.header(
      "location",
      `${call.url.origin}/2.0/repositories/${call.params.workspace}/${found.slug}/commit/${commit.hash}`,
    );
    return undefined;
  });
}

/** What is directly in a folder. */
function folder(commit: Commit, path: string): unknown[] {
  const prefix = path === "" ? "" : `${path}/`;
  const folders = new Map<string, unknown>();
  const files: unknown[] = [];
  for (const [name, content] of commit.files) {
    if (!name.startsWith(prefix)) continue;
    const [first = "", ...rest] = name.slice(prefix.length).split("/");
    if (rest.length === 0) files.push(renderFile(commit, name, content));
    else
      folders.set(first, {
        type: "commit_directory",
        path: prefix + first,
        commit: { type: "commit", hash: commit.hash },
      });
  }
  if (path !== "" && folders.size + files.length === 0) throw notFound(`No such file or directory: ${path}`);
  return [...folders.values(), ...files];
}

function renderFile(commit: Commit, path: string, content: string): unknown {
  return {
    type: "commit_file",
    path,
    size: Buffer.byteLength(content),
    commit: { type: "commit", hash: commit.hash },
  };
}

function addCommit(found: Repository, commit: Omit<Commit, "hash">): Commit {
  const hash = createHash("sha1")
    .update(
      JSON.stringify([
        found.uuid,
        found.commits.size,
        commit.message,
        commit.author,
        commit.date,
        commit.parents,
        [...commit.files],
      ]),
    )
    .digest("hex");
  const made = { hash, ...commit };
  found.commits.set(hash, made);
  return made;
}

/** A branch, a tag, or the beginning of a hash. */
function resolve(found: Repository, name: string): string {
  const named = found.branches.get(name) ?? found.tags.get(name)?.hash;
  if (named) return named;
  const fitting = name.length >= 7 ? [...found.commits.keys()].filter((hash) => hash.startsWith(name)) : [];
  const [hash, other] = fitting;
  if (!hash || other) throw notFound(`Commit not found: ${name}`);
  return hash;
}

function renderCommit(commit: Commit): unknown {
  return {
    type: "commit",
    hash: commit.hash,
    message: commit.message,
    date: commit.date,
    author: { type: "author", raw: commit.author },
    parents: commit.parents.map((hash) => ({ type: "commit", hash })),
  };
}

function renderBranch(found: Repository, name: string, hash: string): unknown {
  const commit = found.commits.get(hash);
  return { type: "branch", name, target: commit ? renderCommit(commit) : { type: "commit", hash } };
}

function renderTag(found: Repository, name: string, tag: { hash: string; message: string }): unknown {
  const commit = found.commits.get(tag.hash);
  return {
    type: "tag",
    name,
    message: tag.message,
    target: commit ? renderCommit(commit) : { type: "commit", hash: tag.hash },
  };
}
