/** Pull requests from opening to closing. Both branches are in the same repository. */
import { api, authorOf, mergeStrategies, placeOf, type RepositoryCall } from "./commitViews";
import { badRequest, invalidField, notFound, Refusal } from "./errors";
import { emitPush, readHeads } from "./events";
import { addActivity } from "./pullRequestReviews";
import type { PullRequest } from "./pullRequestState";
import { actorOf, headsOf, pullRequestsOf, renderPullRequest, requirePullRequest } from "./pullRequestViews";
import type { Call, Route } from "./server";
import {
  readFlag,
  readPart,
  readText,
  recordLocation,
  repositoryPath,
  requireWorkspace,
  userBy,
} from "./shared";

const repo = "/repositories/{workspace}/{repo_slug}";
const one = `${repo}/pullrequests/{pull_request_id}`;
const states = ["OPEN", "MERGED", "DECLINED", "SUPERSEDED", "DRAFT", "QUEUED"];

export function addPullRequestRoutes(route: Route): void {
  route("GET", `${repo}/pullrequests`, (call) => {
    const at = placeOf(call);
    const chosen = statesOf(call);
    const listed = [...pullRequestsOf(at.repository).values()]
      .filter(({ state }) => chosen.includes(state))
      .reverse();
    return call.page(listed, { most: 50, render: (request) => renderPullRequest(at, request) });
  });
  route("POST", `${repo}/pullrequests`, (call) => {
    const at = placeOf(call);
    const wanted = checkInput(at);
    const all = pullRequestsOf(at.repository);
    // A create with the branches of an open pull request updates it.
    const same = [...all.values()].find(
      ({ state, source, destination }) =>
        state === "OPEN" && source === wanted.source && destination === wanted.destination,
    );
    const made: PullRequest = same
      ? Object.assign(same, wanted, { updated_on: call.now() })
      : {
          id: all.size + 1,
          ...wanted,
          state: "OPEN",
          author: call.principal.user?.uuid,
          merge_commit: undefined,
          created_on: call.now(),
          updated_on: call.now(),
          comments: new Map(),
        };
    all.set(made.id, call.made(made));
    touch(call, made);
    recordLocation(call, `${repositoryPath(at.workspace, at.repository)}/pullrequests/${made.id}`);
    return renderPullRequest(at, made);
  });
  route("GET", one, (call) => {
    const at = placeOf(call);
    return renderPullRequest(at, requirePullRequest(at));
  });
  route("PUT", one, (call) => {
    const at = placeOf(call);
    const request = openOne(at);
    const destination = branchName(call, "destination") ?? request.destination;
    if (!at.repository.branches.has(destination)) throw invalidField("destination", "branch not found");
    Object.assign(request, {
      title: readText(call, "title", request.title),
      description: readText(call, "description", request.description),
      close_source_branch: readFlag(call, "close_source_branch", request.close_source_branch),
      draft: readFlag(call, "draft", request.draft),
      destination,
      // If omitted, all reviewers are removed.
      reviewers: reviewersIn(call, request.author),
      updated_on: call.now(),
    });
    touch(call, request);
    return renderPullRequest(at, request);
  });
  addClosingRoutes(route);
  addUserPullRequestRoute(route);
}

function addClosingRoutes(route: Route): void {
  route("POST", `${one}/decline`, (call) => {
    const at = placeOf(call, "write");
    const request = openOne(at);
    close(call, request, "DECLINED", headsOf(at.repository, request));
    request.reason = readText(call, "message", "");
    return renderPullRequest(at, request);
  });
  route("POST", `${one}/merge`, async (call) => {
    const at = placeOf(call, "write");
    const request = await mergeOne(at);
    if (call.url.searchParams.get("async") !== "true") return renderPullRequest(at, request);
    // Nothing takes long here: the task is complete when it is read.
    call.status(202);
    call.header(
      "location",
      api(at, `/pullrequests/${request.id}/merge/task-status/merge-${request.id}`).href,
    );
    return undefined;
  });
  route("GET", `${one}/merge/task-status/{task_id}`, (call) => {
    const at = placeOf(call);
    const request = requirePullRequest(at);
    if (request.state !== "MERGED" || call.params.task_id !== `merge-${request.id}`)
      throw badRequest("The task does not belong to this pull request.");
    return {
      task_status: "SUCCESS",
      merge_result: renderPullRequest(at, request),
      links: { self: api(at, `/pullrequests/${request.id}/merge/task-status/${call.params.task_id}`) },
    };
  });
}

function addUserPullRequestRoute(route: Route): void {
  route("GET", "/workspaces/{workspace}/pullrequests/{selected_user}", (call) => {
    const owner = requireWorkspace(call);
    const user = userBy(call.state, call.params.selected_user ?? "");
    if (!user) throw notFound(`${call.params.selected_user} does not exist.`);
    const chosen = statesOf(call);
    const own = [...owner.repositories.values()].flatMap((repository) =>
      [...pullRequestsOf(repository).values()]
        .filter(({ author, state }) => author === user.uuid && chosen.includes(state))
        .map((request) => [{ call, workspace: owner, repository }, request] as const),
    );
    return call.page(own, { most: 50, render: ([at, request]) => renderPullRequest(at, request) });
  });
}

/** Only open ones, unless other states are requested. */
function statesOf(call: Call): readonly string[] {
  const wanted = call.url.searchParams.getAll("state").map((state) => state.toUpperCase());
  const wrong = wanted.find((state) => !states.includes(state));
  if (wrong !== undefined) throw badRequest(`Invalid state: ${wrong}`);
  return wanted.length > 0 ? wanted : ["OPEN"];
}

type PullRequestInput = Pick<
  PullRequest,
  "title" | "description" | "draft" | "close_source_branch" | "source" | "destination" | "reviewers"
>;

function checkInput({ call, repository: found }: RepositoryCall): PullRequestInput {
  const source = branchName(call, "source") ?? "";
  const destination = branchName(call, "destination") ?? found.mainbranch ?? "main";
  if (readText(call, "title", "") === "") throw invalidField("title", "This field is required.");
  if (!found.branches.has(source)) throw invalidField("source", "branch not found");
  if (!found.branches.has(destination)) throw invalidField("destination", "branch not found");
  if (source === destination) throw invalidField("source", "There are no changes to be pulled.");
  return {
    title: readText(call, "title", ""),
    description: readText(call, "description", ""),
    draft: readFlag(call, "draft", false),
    close_source_branch: readFlag(call, "close_source_branch", false),
    source,
    destination,
    reviewers: reviewersIn(call, call.principal.user?.uuid),
  };
}

function branchName(call: Call, side: "source" | "destination"): string | undefined {
  const branch = readPart(call, side)?.branch;
  const name =
    typeof branch === "object" && branch !== null ? (branch as { name?: unknown }).name : undefined;
  return typeof name === "string" ? name : undefined;
}

function reviewersIn(call: Call, author: string | undefined): string[] {
  const given = Array.isArray(call.body.reviewers) ? call.body.reviewers : [];
  return given.map((reviewer: unknown) => {
    const named = reviewer as { uuid?: unknown; account_id?: unknown } | null;
    const user = userBy(call.state, String(named?.uuid ?? named?.account_id ?? ""));
    if (!user) throw invalidField("reviewers", "Malformed reviewers list");
    if (user.uuid === author)
      throw invalidField(
        "reviewers",
        `${user.display_name} is the author and cannot be included as a reviewer.`,
      );
    return user.uuid;
  });
}

function openOne(at: RepositoryCall): PullRequest {
  const request = requirePullRequest(at);
  if (request.state !== "OPEN") throw badRequest("This pull request is already closed.");
  return request;
}

function touch(call: Call, request: PullRequest): void {
  const { state, title, description } = request;
  addActivity(call, request, { kind: "update", state, title, description });
}

/** @param heads The heads before a merge has moved the destination. */
function close(
  call: Call,
  request: PullRequest,
  state: "MERGED" | "DECLINED",
  { source = "", destination = "" }: ReturnType<typeof headsOf>,
): void {
  Object.assign(request, {
    state,
    closed_by: actorOf(call),
    heads: { source, destination },
    updated_on: call.now(),
  });
  touch(call, request);
}

async function mergeOne(at: RepositoryCall): Promise<PullRequest> {
  const { call, repository: found } = at;
  const request = openOne(at);
  const { source, destination } = headsOf(found, request);
  if (source === undefined || destination === undefined) throw badRequest("A branch of it is gone.");
  const strategy = readText(call, "merge_strategy", "merge_commit");
  if (!(mergeStrategies as readonly string[]).includes(strategy))
    throw invalidField("merge_strategy", `"${strategy}" is not a valid choice.`);
  const message = readText(
    call,
    "message",
    `Merged in ${request.source} (pull request #${request.id})\n\n${request.title}`,
  );
  const before = readHeads(found);
  const merged = await call.git.merge(found, request.destination, {
    strategy,
    source,
    destination,
    message,
    author: authorOf(call),
    date: call.now(),
  });
  if (merged === undefined)
    throw new Refusal(
      400,
      strategy.includes("fast_forward")
        ? "The destination cannot be fast-forwarded to the source."
        : "You can't merge until you resolve all merge conflicts.",
      { data: { key: "CANNOT_MERGE" } },
    );
  close(call, request, "MERGED", { source, destination });
  request.merge_commit = merged;
  if (
    readFlag(call, "close_source_branch", request.close_source_branch) &&
    request.source !== found.mainbranch
  )
    await call.git.removeBranch(found, request.source);
  found.updated_on = call.now();
  emitPush(call, at.workspace, found, before);
  return request;
}
