/** Build statuses of commits. */
import { commitOf } from "./commits";
import { api, placeOf, type RepositoryCall, renderCommitName } from "./commitViews";
import { invalidField, notFound } from "./errors";
import type { Call, Route } from "./server";
import { readText, renderRepositoryName } from "./shared";
import type { CommitStatus, Repository } from "./state";

const repo = "/repositories/{workspace}/{repo_slug}";
const statuses = `${repo}/commit/{commit}/statuses`;
const states = ["FAILED", "INPROGRESS", "STOPPED", "SUCCESSFUL"];

/** Characters of a key, at most: longer ones are refused. */
const maxKeyLength = 40;

export function addCommitStatusRoutes(route: Route): void {
  route("GET", statuses, async (call) => {
    const { at, all } = await statusesAt(call);
    const refname = call.url.searchParams.get("refname");
    const listed = [...all.values()].filter((status) => refname === null || status.refname === refname);
    return call.page(listed, { render: (status) => renderStatus(at, status) });
  });
  // The same key again overwrites the previous status.
  route("POST", `${statuses}/build`, async (call) => {
    const { at, all, hash } = await statusesAt(call);
    const key = readText(call, "key", "");
    if (key === "" || key.length > maxKeyLength)
      throw invalidField(
        "key",
        key === "" ? "This field is required." : `At most ${maxKeyLength} characters.`,
      );
    const now = call.now();
    const before = all.get(key);
    const made: CommitStatus = write(call, {
      key,
      commit: hash,
      state: "",
      url: "",
      name: "",
      description: "",
      refname: null,
      created_on: before?.created_on ?? now,
      updated_on: now,
    });
    all.set(key, made);
    call.status(201);
    return renderStatus(at, made);
  });
  route("GET", `${statuses}/build/{key}`, async (call) => {
    const { at, all } = await statusesAt(call);
    return renderStatus(at, statusIn(call, all));
  });
  route("PUT", `${statuses}/build/{key}`, async (call) => {
    const { at, all } = await statusesAt(call);
    const status = statusIn(call, all);
    if (call.body.key !== undefined && call.body.key !== status.key)
      throw invalidField("key", "The key cannot be changed.");
    return renderStatus(at, Object.assign(status, write(call, status), { updated_on: call.now() }));
  });
}

function write(call: Call, status: CommitStatus): CommitStatus {
  const written = {
    ...status,
    state: readText(call, "state", status.state),
    url: readText(call, "url", status.url),
    name: readText(call, "name", status.name),
    description: readText(call, "description", status.description),
    refname: readText(call, "refname", status.refname ?? "") || null,
  };
  if (!states.includes(written.state)) throw invalidField("state", "Invalid state.");
  if (written.url !== "" && !/^https?:\/\//.test(written.url))
    throw invalidField("url", "Enter a valid URL.");
  return written;
}

function statusIn(call: Call, all: ReadonlyMap<string, CommitStatus>): CommitStatus {
  const status = all.get(call.params.key ?? "");
  if (!status) throw notFound(`The build status ${call.params.key} was not found`);
  return status;
}

async function statusesAt(call: Call): Promise<{
  at: RepositoryCall;
  hash: string;
  all: Map<string, CommitStatus>;
}> {
  const at = placeOf(call);
  const found = at.repository;
  const hash = await commitOf(call, found);
  found.statuses ??= new Map();
  const all = found.statuses.get(hash) ?? new Map<string, CommitStatus>();
  found.statuses.set(hash, all);
  return { at, hash, all };
}

/** By key; undefined without any. */
export function statusesOf(found: Repository, hash: string): ReadonlyMap<string, CommitStatus> | undefined {
  return found.statuses?.get(hash);
}

export function renderStatus(at: RepositoryCall, status: CommitStatus): unknown {
  const { commit, ...rest } = status;
  return {
    type: "build",
    ...rest,
    commit: renderCommitName(at, commit),
    repository: renderRepositoryName(at.call, at.workspace, at.repository),
    links: {
      self: api(at, `/commit/${commit}/statuses/build/${encodeURIComponent(status.key)}`),
      commit: api(at, `/commit/${commit}`),
    },
  };
}
