/** Pull requests and the comments on them. Diffs are not made, and nobody approves. */
import { badRequest, forbidden, notFound } from "./errors";
import type { Call, Route } from "./server";
import { flag, part, renderUser, repository, text, userBy } from "./shared";
import type { Comment, PullRequest, Repository } from "./state";

const repo = "/repositories/{workspace}/{repo_slug}";
const one = `${repo}/pullrequests/{pull_request_id}`;
const states = ["OPEN", "MERGED", "DECLINED", "SUPERSEDED", "DRAFT", "QUEUED"];

/** Characters of a comment, at most. The service refuses longer ones with a 400. */
const longestComment = 32_768;

export function pullRequestRoutes(route: Route): void {
  route("GET", `${repo}/pullrequests`, (call) => {
    const { repository: found } = repository(call);
    const wanted = call.url.searchParams.getAll("state");
    const wrong = wanted.find((state) => !states.includes(state));
    if (wrong !== undefined) throw badRequest(`Invalid state: ${wrong}`);
    const chosen = wanted.length > 0 ? wanted : ["OPEN"];
    const listed = [...pullRequestsOf(found).values()]
      .filter(({ state }) => chosen.includes(state))
      .reverse();
    return call.page(listed, { most: 50, render: (request) => render(call, found, request) });
  });
  route("POST", `${repo}/pullrequests`, (call) => {
    const { repository: found } = repository(call);
    const source = branchName(call, "source") ?? "";
    const destination = branchName(call, "destination") ?? found.mainbranch ?? "main";
    if (text(call, "title", "") === "")
      throw badRequest("Bad request", { title: ["This field is required."] });
    if (!found.branches.has(source)) throw badRequest("Bad request", { source: ["branch not found"] });
    if (!found.branches.has(destination))
      throw badRequest("Bad request", { destination: ["branch not found"] });
    if (source === destination)
      throw badRequest("Bad request", { source: ["There are no changes to be pulled."] });
    const all = pullRequestsOf(found);
    const made: PullRequest = {
      id: all.size + 1,
      title: text(call, "title", ""),
      description: text(call, "description", ""),
      state: "OPEN",
      draft: flag(call, "draft", false),
      close_source_branch: flag(call, "close_source_branch", false),
      source,
      destination,
      author: call.principal.user?.uuid,
      reviewers: reviewersIn(call),
      merge_commit: undefined,
      created_on: call.now(),
      updated_on: call.now(),
      comments: new Map(),
    };
    all.set(made.id, call.made(made));
    call.status(201);
    return render(call, found, made);
  });
  route("GET", one, (call) => {
    const { repository: found } = repository(call);
    return render(call, found, pullRequest(call, found));
  });
  route("PUT", one, (call) => {
    const { repository: found } = repository(call);
    const request = pullRequest(call, found);
    if (request.state !== "OPEN") throw badRequest("This pull request is already closed.");
    request.title = text(call, "title", request.title);
    request.description = text(call, "description", request.description);
    request.updated_on = call.now();
    return render(call, found, request);
  });
  route("POST", `${one}/decline`, (call) => {
    const { repository: found } = repository(call, "write");
    const request = pullRequest(call, found);
    if (request.state !== "OPEN") throw badRequest("This pull request is already closed.");
    request.state = "DECLINED";
    request.updated_on = call.now();
    return render(call, found, request);
  });
  commentRoutes(route);
}

function commentRoutes(route: Route): void {
  const path = `${one}/comments`;
  const comment = (call: Call): { found: Repository; request: PullRequest; comment: Comment } => {
    const { repository: found } = repository(call);
    const request = pullRequest(call, found);
    const comment = request.comments.get(Number(call.params.comment_id));
    if (!comment || call.visible([comment]).length === 0)
      throw notFound(`Comment not found: ${call.params.comment_id}`);
    return { found, request, comment };
  };
  const ofTheAuthor = (call: Call) => {
    const held = comment(call);
    if (held.comment.user !== authorOf(call)) throw forbidden("You can only change your own comments.");
    if (held.comment.deleted) throw badRequest("This comment was deleted.");
    return held;
  };
  route("GET", path, (call) => {
    const { repository: found } = repository(call);
    const request = pullRequest(call, found);
    return call.page(call.visible(request.comments.values()), {
      render: (comment) => renderComment(call, found, request, comment),
    });
  });
  route("POST", path, (call) => {
    const { repository: found } = repository(call);
    const request = pullRequest(call, found);
    const inline = part(call, "inline");
    if (inline && typeof inline.path !== "string")
      throw badRequest("Bad request", { inline: ["path is required"] });
    const parent = part(call, "parent")?.id;
    if (parent !== undefined && !request.comments.has(Number(parent)))
      throw badRequest("Bad request", { parent: ["not found"] });
    const made: Comment = {
      id: call.state.nextId++,
      raw: rawOf(call),
      user: authorOf(call),
      deleted: false,
      inline,
      parent: parent === undefined ? undefined : Number(parent),
      created_on: call.now(),
      updated_on: call.now(),
    };
    request.comments.set(made.id, call.made(made));
    call.status(201);
    return renderComment(call, found, request, made);
  });
  route("GET", `${path}/{comment_id}`, (call) => {
    const held = comment(call);
    return renderComment(call, held.found, held.request, held.comment);
  });
  route("PUT", `${path}/{comment_id}`, (call) => {
    const held = ofTheAuthor(call);
    Object.assign(held.comment, { raw: rawOf(call), updated_on: call.now() });
    return renderComment(call, held.found, held.request, held.comment);
  });
  // It stays in the list, empty and marked, as the answers to it do.
  route("DELETE", `${path}/{comment_id}`, (call) => {
    Object.assign(ofTheAuthor(call).comment, { raw: "", deleted: true, updated_on: call.now() });
    return undefined;
  });
}

function rawOf(call: Call): string {
  const raw = part(call, "content")?.raw;
  if (typeof raw !== "string" || raw.trim() === "")
    throw badRequest("Bad request", { content: ["This field is required."] });
  if (raw.length > longestComment)
    throw badRequest("Bad request", {
      content: [`Ensure this value has at most ${longestComment} characters.`],
    });
  return raw;
}

/** Who comments: a user, or an access token, which has a user of its own. */
function authorOf(call: Call): string {
  return call.principal.user?.uuid ?? call.principal.token.name;
}

export function pullRequestsOf(found: Repository): Map<number, PullRequest> {
  found.pullRequests ??= new Map();
  return found.pullRequests;
}

function pullRequest(call: Call, found: Repository): PullRequest {
  const request = pullRequestsOf(found).get(Number(call.params.pull_request_id));
  if (!request || call.visible([request]).length === 0)
    throw notFound(`Pull request not found: ${call.params.pull_request_id}`);
  return request;
}

function branchName(call: Call, side: "source" | "destination"): string | undefined {
  const branch = part(call, side)?.branch;
  const name =
    typeof branch === "object" && branch !== null ? (branch as { name?: unknown }).name : undefined;
  return typeof name === "string" ? name : undefined;
}

function reviewersIn(call: Call): string[] {
  const given = Array.isArray(call.body.reviewers) ? call.body.reviewers : [];
  return given.map((reviewer: unknown) => {
    const uuid = String((reviewer as { uuid?: unknown } | null)?.uuid ?? "");
    if (!userBy(call.state, uuid)) throw badRequest("Bad request", { reviewers: [`${uuid} not found`] });
    return uuid;
  });
}

function side(call: Call, found: Repository, name: string): unknown {
  const commit = found.branches.get(name);
  return {
    branch: { name },
    // Pull requests show short hashes.
    ...(commit ? { commit: { type: "commit", hash: commit.slice(0, 12) } } : {}),
    repository: {
      type: "repository",
      uuid: found.uuid,
      name: found.name,
      full_name: `${call.params.workspace}/${found.slug}`,
    },
  };
}

function linksOf(call: Call, found: Repository, request: PullRequest, rest = ""): Record<string, unknown> {
  const path = `${call.params.workspace}/${found.slug}/pull-requests/${request.id}`;
  return {
    self: {
      href: `${call.url.origin}/2.0/repositories/${call.params.workspace}/${found.slug}/pullrequests/${request.id}${rest}`,
    },
    html: { href: `https://bitbucket.org/${path}` },
  };
}

function render(call: Call, found: Repository, request: PullRequest): unknown {
  const comments = [...request.comments.values()].filter(({ deleted }) => !deleted);
  return {
    type: "pullrequest",
    id: request.id,
    title: request.title,
    description: request.description,
    summary: { type: "rendered", raw: request.description, markup: "markdown", html: "" },
    state: request.state,
    draft: request.draft,
    author: renderUser(call.state.users.get(request.author ?? "")) ?? null,
    source: side(call, found, request.source),
    destination: side(call, found, request.destination),
    merge_commit: request.merge_commit ? { type: "commit", hash: request.merge_commit } : null,
    close_source_branch: request.close_source_branch,
    closed_by: null,
    reason: "",
    comment_count: comments.length,
    task_count: 0,
    reviewers: request.reviewers.map((uuid) => renderUser(call.state.users.get(uuid))),
    participants: [],
    created_on: request.created_on,
    updated_on: request.updated_on,
    links: linksOf(call, found, request),
  };
}

function renderComment(call: Call, found: Repository, request: PullRequest, comment: Comment): unknown {
  return {
    type: "pullrequest_comment",
    id: comment.id,
    content: {
      type: "rendered",
      raw: comment.raw,
      markup: "markdown",
      html: `<p>${comment.raw.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</p>`,
    },
    user: renderUser(call.state.users.get(comment.user)) ?? {
      type: "user",
      display_name: comment.user,
    },
    deleted: comment.deleted,
    pending: false,
    ...(comment.inline ? { inline: comment.inline } : {}),
    ...(comment.parent === undefined ? {} : { parent: { id: comment.parent } }),
    pullrequest: { type: "pullrequest", id: request.id, title: request.title },
    created_on: comment.created_on,
    updated_on: comment.updated_on,
    links: linksOf(call, found, request, `/comments/${comment.id}`),
  };
}
