/** Renders pull requests, their reviews and their comments. */
import { api, mergeStrategies, type RepositoryCall, renderCommitName, toHtml, web } from "./commitViews";
import type { Comment, Participation, PullRequest, Task } from "./pullRequestState";
import type { Call } from "./server";
import { renderRepositoryName, renderUser, requireItem } from "./shared";
import type { Repository } from "./state";

export function pullRequestsOf(found: Repository): Map<number, PullRequest> {
  found.pullRequests ??= new Map();
  return found.pullRequests;
}

/** The pull request in the path. */
export function requirePullRequest({ call, repository }: RepositoryCall): PullRequest {
  return requireItem(
    call,
    pullRequestsOf(repository),
    "pull_request_id",
    `Pull request not found: ${call.params.pull_request_id}`,
  );
}

/** The principal: a user, or an access token, which has a user of its own. */
export function actorOf(call: Call): string {
  return call.principal.user?.uuid ?? call.principal.token.name;
}

export function renderActor(call: Call, name: string): unknown {
  return renderUser(call, call.state.users.get(name)) ?? { type: "user", display_name: name };
}

/** The heads of its branches: the current ones while it is open, then those at its closing. */
export function headsOf(
  found: Repository,
  request: PullRequest,
): { source: string | undefined; destination: string | undefined } {
  return (
    request.heads ?? {
      source: found.branches.get(request.source),
      destination: found.branches.get(request.destination),
    }
  );
}

function openTasks(request: PullRequest): number {
  return [...(request.tasks?.values() ?? [])].filter(({ resolved }) => !resolved).length;
}

export function renderPullRequest(at: RepositoryCall, request: PullRequest): Record<string, unknown> {
  const { call, repository: found } = at;
  const comments = [...request.comments.values()].filter(({ deleted }) => !deleted);
  const heads = headsOf(found, request);
  const path = `/pullrequests/${request.id}`;
  const more = [
    ...["commits", "approve", "request-changes", "diff", "diffstat", "comments"],
    ...["activity", "merge", "decline", "statuses"],
  ];
  return {
    type: "pullrequest",
    id: request.id,
    title: request.title,
    description: request.description,
    summary: renderRaw(request.description),
    rendered: { title: renderRaw(request.title), description: renderRaw(request.description) },
    state: request.state,
    draft: request.draft,
    author: renderUser(call, call.state.users.get(request.author ?? "")) ?? null,
    source: side(at, request.source, heads.source),
    destination: side(at, request.destination, heads.destination, request.state === "OPEN"),
    merge_commit: request.merge_commit ? shortCommit(at, request.merge_commit) : null,
    close_source_branch: request.close_source_branch,
    closed_by: request.closed_by === undefined ? null : renderActor(call, request.closed_by),
    reason: request.reason ?? "",
    comment_count: comments.length,
    task_count: openTasks(request),
    reviewers: request.reviewers.map((uuid) => renderUser(call, call.state.users.get(uuid))),
    participants: participantsOf(call, request),
    created_on: request.created_on,
    updated_on: request.updated_on,
    links: {
      ...linksOf(at, request),
      ...Object.fromEntries(more.map((name) => [name, api(at, `${path}/${name}`)])),
    },
  };
}

function linksOf(at: RepositoryCall, request: PullRequest, rest = "", anchor = ""): Record<string, unknown> {
  return {
    self: api(at, `/pullrequests/${request.id}${rest}`),
    html: web(at, `/pull-requests/${request.id}${anchor}`),
  };
}

function side(at: RepositoryCall, name: string, hash: string | undefined, target = false): unknown {
  return {
    branch: {
      name,
      ...(target ? { merge_strategies: mergeStrategies, default_merge_strategy: "merge_commit" } : {}),
    },
    ...(hash ? { commit: shortCommit(at, hash) } : {}),
    repository: renderRepositoryName(at.call, at.workspace, at.repository),
  };
}

/** Pull requests show short hashes. */
function shortCommit(at: RepositoryCall, hash: string): unknown {
  return { ...renderCommitName(at, hash), hash: hash.slice(0, 12) };
}

function renderRaw(raw: string): Record<string, unknown> {
  return { type: "rendered", raw, markup: "markdown", html: toHtml(raw) };
}

/** Reviewers, and other participants. */
function participantsOf(call: Call, request: PullRequest): unknown[] {
  const said = request.participants ?? new Map<string, Participation>();
  const names = new Set([...request.reviewers, ...said.keys()]);
  return [...names].map((name) => renderParticipant(call, name, said.get(name), request));
}

export function renderParticipant(
  call: Call,
  name: string,
  said: Participation | undefined,
  request?: PullRequest,
): unknown {
  return {
    type: "participant",
    user: renderActor(call, name),
    role: request?.reviewers.includes(name) ? "REVIEWER" : "PARTICIPANT",
    approved: said?.state === "approved",
    state: said?.state ?? null,
    participated_on: said?.participated_on ?? null,
  };
}

export function renderComment(at: RepositoryCall, request: PullRequest, comment: Comment): unknown {
  return {
    type: "pullrequest_comment",
    ...commentBody(at.call, comment),
    pending: false,
    ...(comment.resolution
      ? {
          resolution: {
            type: "comment_resolution",
            user: renderActor(at.call, comment.resolution.user),
            created_on: comment.resolution.created_on,
          },
        }
      : {}),
    pullrequest: pullRequestName(at, request),
    links: linksOf(at, request, `/comments/${comment.id}`, `/_/diff#comment-${comment.id}`),
  };
}

/** The short form of a pull request, inside of other objects. */
export function pullRequestName(at: RepositoryCall, request: PullRequest): unknown {
  return { type: "pullrequest", id: request.id, title: request.title, links: linksOf(at, request) };
}

/** The common part of comments on pull requests and on commits. */
export function commentBody(call: Call, comment: Comment): Record<string, unknown> {
  return {
    id: comment.id,
    content: renderRaw(comment.raw),
    user: renderActor(call, comment.user),
    deleted: comment.deleted,
    ...(comment.inline ? { inline: comment.inline } : {}),
    ...(comment.parent === undefined ? {} : { parent: { id: comment.parent } }),
    created_on: comment.created_on,
    updated_on: comment.updated_on,
  };
}

export function renderTask(at: RepositoryCall, request: PullRequest, task: Task): unknown {
  const comment = request.comments.get(task.comment ?? 0);
  return {
    id: task.id,
    content: renderRaw(task.raw),
    state: task.resolved ? "RESOLVED" : "UNRESOLVED",
    pending: false,
    creator: renderActor(at.call, task.creator),
    created_on: task.created_on,
    updated_on: task.updated_on,
    ...(task.resolved_on === undefined ? {} : { resolved_on: task.resolved_on }),
    ...(task.resolved_by === undefined ? {} : { resolved_by: renderActor(at.call, task.resolved_by) }),
    ...(comment ? { comment: renderComment(at, request, comment) } : {}),
    links: linksOf(at, request, `/tasks/${task.id}`),
  };
}
