/** Comments on commits, and approvals. */
import { api, placeOf, type RepositoryCall, renderCommitName, web } from "./commitViews";
import { notFound } from "./errors";
import { changeComment, commentIn, deleteComment, newComment } from "./pullRequestComments";
import type { Comment, Participation } from "./pullRequestState";
import { actorOf, commentBody, renderParticipant } from "./pullRequestViews";
import type { Call, Route } from "./server";
import { recordLocation, repositoryPath } from "./shared";

const commit = "/repositories/{workspace}/{repo_slug}/commit/{commit}";

export function addCommitCommentRoutes(route: Route): void {
  const path = `${commit}/comments`;
  route("GET", path, async (call) => {
    const held = await commentsAt(call);
    return call.page(call.visible(held.comments.values()), { render: (comment) => render(held, comment) });
  });
  route("POST", path, async (call) => {
    const held = await commentsAt(call);
    const made = newComment(call, held.comments);
    held.comments.set(made.id, call.made(made));
    recordLocation(call, pathOf(held, made));
    return render(held, made);
  });
  route("GET", `${path}/{comment_id}`, async (call) => {
    const held = await commentsAt(call);
    return render(held, commentIn(call, held.comments));
  });
  // The document answers 201 to an update.
  route("PUT", `${path}/{comment_id}`, async (call) => {
    const held = await commentsAt(call);
    const comment = commentIn(call, held.comments);
    changeComment(call, comment);
    recordLocation(call, pathOf(held, comment));
    return render(held, comment);
  });
  route("DELETE", `${path}/{comment_id}`, async (call) => {
    const held = await commentsAt(call);
    deleteComment(call, commentIn(call, held.comments));
  });
  route("POST", `${commit}/approve`, async (call) => {
    const said = await participantsAt(call);
    const approval: Participation = { state: "approved", participated_on: call.now() };
    said.set(actorOf(call), approval);
    return renderParticipant(call, actorOf(call), approval);
  });
  route("DELETE", `${commit}/approve`, async (call) => {
    const said = await participantsAt(call);
    if (!said.delete(actorOf(call))) throw notFound("You have not approved this commit.");
  });
}

interface CommitThread {
  readonly at: RepositoryCall;
  readonly hash: string;
  readonly comments: Map<number, Comment>;
}

async function commentsAt(call: Call): Promise<CommitThread> {
  const at = placeOf(call);
  const hash = await call.git.resolve(at.repository, call.params.commit ?? "");
  at.repository.commitComments ??= new Map();
  const comments = at.repository.commitComments.get(hash) ?? new Map<number, Comment>();
  at.repository.commitComments.set(hash, comments);
  return { at, hash, comments };
}

async function participantsAt(call: Call): Promise<Map<string, Participation>> {
  const { repository: found } = placeOf(call);
  const hash = await call.git.resolve(found, call.params.commit ?? "");
  found.commitParticipants ??= new Map();
  const said = found.commitParticipants.get(hash) ?? new Map<string, Participation>();
  found.commitParticipants.set(hash, said);
  return said;
}

function pathOf({ at, hash }: CommitThread, comment: Comment): string {
  return `${repositoryPath(at.workspace, at.repository)}/commit/${hash}/comments/${comment.id}`;
}

function render({ at, hash }: CommitThread, comment: Comment): unknown {
  return {
    type: "commit_comment",
    ...commentBody(at.call, comment),
    commit: renderCommitName(at, hash),
    links: {
      self: api(at, `/commit/${hash}/comments/${comment.id}`),
      html: web(at, `/commits/${hash}#comment-${comment.id}`),
    },
  };
}
