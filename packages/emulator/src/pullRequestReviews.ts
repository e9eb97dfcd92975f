/** Reviews of a pull request, and its activity. */
import { placeOf, type RepositoryCall } from "./commitViews";
import { badRequest, notFound } from "./errors";
import type { Activity, Participation, PullRequest } from "./pullRequestState";
import {
  actorOf,
  headsOf,
  pullRequestName,
  pullRequestsOf,
  renderActor,
  renderComment,
  renderParticipant,
  requirePullRequest,
} from "./pullRequestViews";
import type { Call, Route } from "./server";
import { renderUser } from "./shared";

const repo = "/repositories/{workspace}/{repo_slug}";
const one = `${repo}/pullrequests/{pull_request_id}`;

export function addPullRequestReviewRoutes(route: Route): void {
  for (const [path, state, kind] of [
    [`${one}/approve`, "approved", "approval"],
    [`${one}/request-changes`, "changes_requested", "changes_requested"],
  ] as const) {
    route("POST", path, (call) => {
      const request = pullRequestFor(call);
      const said = recordParticipation(call, request, state);
      addActivity(call, request, { kind });
      return renderParticipant(call, actorOf(call), said, request);
    });
    route("DELETE", path, (call) => {
      const request = pullRequestFor(call);
      const said = request.participants?.get(actorOf(call));
      if (said?.state !== state) throw notFound("You have not said that of this pull request.");
      said.state = null;
    });
  }
  route("GET", `${one}/activity`, (call) => {
    const at = placeOf(call);
    const request = requirePullRequest(at);
    return call.page([...(request.activity ?? [])].reverse(), {
      most: 50,
      sized: false,
      render: (entry) => renderActivity(at, request, entry),
    });
  });
  route("GET", `${repo}/pullrequests/activity`, (call) => {
    const at = placeOf(call);
    const all = [...pullRequestsOf(at.repository).values()]
      .flatMap((request) => (request.activity ?? []).map((entry) => ({ request, entry })))
      .sort((left, right) => (left.entry.date < right.entry.date ? 1 : -1));
    return call.page(all, {
      most: 50,
      sized: false,
      render: ({ request, entry }) => renderActivity(at, request, entry),
    });
  });
}

function pullRequestFor(call: Call): PullRequest {
  const request = requirePullRequest(placeOf(call));
  if (request.state !== "OPEN") throw badRequest("This pull request is already closed.");
  return request;
}

/** Records that a user took part, with the verdict if there is one. */
export function recordParticipation(
  call: Call,
  request: PullRequest,
  state?: NonNullable<Participation["state"]>,
): Participation {
  request.participants ??= new Map();
  const said = request.participants.get(actorOf(call)) ?? { state: null, participated_on: null };
  said.participated_on = call.now();
  if (state) said.state = state;
  request.participants.set(actorOf(call), said);
  return said;
}

export function addActivity(call: Call, request: PullRequest, entry: Omit<Activity, "user" | "date">): void {
  request.activity ??= [];
  request.activity.push({ ...entry, user: actorOf(call), date: call.now() });
}

function renderActivity(at: RepositoryCall, request: PullRequest, entry: Activity): unknown {
  const { call } = at;
  const user = renderActor(call, entry.user);
  const pull_request = pullRequestName(at, request);
  if (entry.kind === "comment") {
    const comment = request.comments.get(entry.comment ?? 0);
    return { pull_request, ...(comment ? { comment: renderComment(at, request, comment) } : {}) };
  }
  if (entry.kind !== "update")
    return { pull_request, [entry.kind]: { date: entry.date, user, pullrequest: pull_request } };
  const { source = "", destination = "" } = headsOf(at.repository, request);
  const side = (name: string, hash: string) => ({
    branch: { name },
    commit: { type: "commit", hash: hash.slice(0, 12) },
  });
  return {
    pull_request,
    update: {
      state: entry.state,
      title: entry.title,
      description: entry.description,
      reason: request.reason ?? "",
      author: user,
      date: entry.date,
      reviewers: request.reviewers.map((uuid) => renderUser(call, call.state.users.get(uuid))),
      source: side(request.source, source),
      destination: side(request.destination, destination),
      changes: {},
    },
  };
}
