/** Comments on pull requests, resolved threads, and tasks. */
import { placeOf, type RepositoryCall } from "./commitViews";
import { badRequest, invalidField, notFound, Refusal, refuseAccess } from "./errors";
import { addActivity, recordParticipation } from "./pullRequestReviews";
import type { Comment, PullRequest, Task } from "./pullRequestState";
import { actorOf, renderActor, renderComment, renderTask, requirePullRequest } from "./pullRequestViews";
import type { Call, Route } from "./server";
import { readPart, recordLocation, repositoryPath, requireItem } from "./shared";

const one = "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}";

/** Characters of a comment, at most. The service refuses longer ones with a 400. */
const maxCommentLength = 32_768;

export function addPullRequestCommentRoutes(route: Route): void {
  const path = `${one}/comments`;
  route("GET", path, (call) => {
    const at = placeOf(call);
    const request = requirePullRequest(at);
    return call.page(call.visible(request.comments.values()), {
      render: (comment) => renderComment(at, request, comment),
    });
  });
  route("POST", path, (call) => {
    const at = placeOf(call);
    const request = requirePullRequest(at);
    const made = newComment(call, request.comments);
    request.comments.set(made.id, call.made(made));
    recordParticipation(call, request);
    addActivity(call, request, { kind: "comment", comment: made.id });
    recordLocation(call, `${pathOf(at, request)}/comments/${made.id}`);
    return renderComment(at, request, made);
  });
  route("GET", `${path}/{comment_id}`, (call) => {
    const held = commentOf(call);
    return renderComment(held.at, held.request, held.comment);
  });
  route("PUT", `${path}/{comment_id}`, (call) => {
    const held = commentOf(call);
    changeComment(call, held.comment);
    return renderComment(held.at, held.request, held.comment);
  });
  route("DELETE", `${path}/{comment_id}`, (call) => {
    deleteComment(call, commentOf(call).comment);
  });
  route("POST", `${path}/{comment_id}/resolve`, (call) => {
    const { comment } = commentOf(call);
    if (comment.parent !== undefined)
      throw refuseAccess("Only the first comment of a thread can be resolved.");
    if (comment.resolution) throw new Refusal(409, "The comment thread is already resolved.");
    comment.resolution = { user: actorOf(call), created_on: call.now() };
    return {
      type: "comment_resolution",
      user: renderActor(call, comment.resolution.user),
      created_on: comment.resolution.created_on,
    };
  });
  route("DELETE", `${path}/{comment_id}/resolve`, (call) => {
    const { comment } = commentOf(call);
    if (!comment.resolution) throw notFound("The comment thread is not resolved.");
    comment.resolution = undefined;
  });
  taskRoutes(route);
}

function taskRoutes(route: Route): void {
  const path = `${one}/tasks`;
  route("GET", path, (call) => {
    const at = placeOf(call);
    const request = requirePullRequest(at);
    const tasks = call.visible(request.tasks?.values() ?? []);
    return call.page(tasks, { render: (task) => renderTask(at, request, task) });
  });
  route("POST", path, (call) => {
    const at = placeOf(call);
    const request = requirePullRequest(at);
    const comment = readPart(call, "comment")?.id;
    if (comment !== undefined && !request.comments.has(Number(comment)))
      throw invalidField("comment", "not found");
    const made: Task = {
      id: call.state.nextId++,
      raw: rawOf(call),
      resolved: false,
      creator: actorOf(call),
      comment: comment === undefined ? undefined : Number(comment),
      created_on: call.now(),
      updated_on: call.now(),
      resolved_on: undefined,
      resolved_by: undefined,
    };
    request.tasks ??= new Map();
    request.tasks.set(made.id, call.made(made));
    recordLocation(call, `${pathOf(at, request)}/tasks/${made.id}`);
    return renderTask(at, request, made);
  });
  route("GET", `${path}/{task_id}`, (call) => {
    const { at, request, task } = taskOf(call);
    return renderTask(at, request, task);
  });
  route("PUT", `${path}/{task_id}`, (call) => {
    const { at, request, task } = taskOf(call);
    if (readPart(call, "content")) task.raw = rawOf(call);
    const state = call.body.state ?? (task.resolved ? "RESOLVED" : "UNRESOLVED");
    if (state !== "RESOLVED" && state !== "UNRESOLVED")
      throw invalidField("state", `"${state}" is not a valid choice.`);
    const resolved = state === "RESOLVED";
    if (task.resolved !== resolved)
      Object.assign(task, {
        resolved,
        resolved_on: resolved ? call.now() : undefined,
        resolved_by: resolved ? actorOf(call) : undefined,
      });
    task.updated_on = call.now();
    return renderTask(at, request, task);
  });
  route("DELETE", `${path}/{task_id}`, (call) => {
    const { request, task } = taskOf(call);
    request.tasks?.delete(task.id);
  });
}

function taskOf(call: Call): { at: RepositoryCall; request: PullRequest; task: Task } {
  const at = placeOf(call);
  const request = requirePullRequest(at);
  const task = requireItem(call, request.tasks, "task_id", `Task not found: ${call.params.task_id}`);
  return { at, request, task };
}

function pathOf(at: RepositoryCall, request: PullRequest): string {
  return `${repositoryPath(at.workspace, at.repository)}/pullrequests/${request.id}`;
}

function commentOf(call: Call): { at: RepositoryCall; request: PullRequest; comment: Comment } {
  const at = placeOf(call);
  const request = requirePullRequest(at);
  return { at, request, comment: commentIn(call, request.comments) };
}

/** The comment in the path, among those of one object. */
export function commentIn(call: Call, comments: ReadonlyMap<number, Comment> | undefined): Comment {
  return requireItem(call, comments, "comment_id", `Comment not found: ${call.params.comment_id}`);
}

export function newComment(call: Call, others: ReadonlyMap<number, Comment>): Comment {
  const inline = readPart(call, "inline");
  if (inline && typeof inline.path !== "string") throw invalidField("inline", "path is required");
  const parent = readPart(call, "parent")?.id;
  if (parent !== undefined && !others.has(Number(parent))) throw invalidField("parent", "not found");
  return {
    id: call.state.nextId++,
    raw: rawOf(call),
    user: actorOf(call),
    deleted: false,
    inline,
    parent: parent === undefined ? undefined : Number(parent),
    created_on: call.now(),
    updated_on: call.now(),
  };
}

export function changeComment(call: Call, comment: Comment): void {
  checkAuthor(call, comment);
  Object.assign(comment, { raw: rawOf(call), updated_on: call.now() });
}

/** It stays in the list, empty and marked as deleted, as do the replies to it. */
export function deleteComment(call: Call, comment: Comment): void {
  checkAuthor(call, comment);
  Object.assign(comment, { raw: "", deleted: true, updated_on: call.now() });
}

function checkAuthor(call: Call, comment: Comment): void {
  if (comment.user !== actorOf(call)) throw refuseAccess("You can only change your own comments.");
  if (comment.deleted) throw badRequest("This comment was deleted.");
}

function rawOf(call: Call): string {
  const raw = readPart(call, "content")?.raw;
  if (typeof raw !== "string" || raw.trim() === "") throw invalidField("content", "This field is required.");
  if (raw.length > maxCommentLength)
    throw invalidField("content", `Ensure this value has at most ${maxCommentLength} characters.`);
  return raw;
}
