/** Refusals where a workspace is not the one that the state is about. */
import { UserError } from "../errors";
import type { WorkspaceIdentity } from "./workspaces";

/** The workspace that was asked for is not the one that the state is about. Nothing was changed. */
export class OtherWorkspaceError extends UserError {
  constructor(held: WorkspaceIdentity, asked: string) {
    super(
      `The state of this stack belongs to the workspace ${held.slug} (${held.uuid}), and ${
        held.slug === asked ? "the one with that name" : asked
      } is another workspace. Nothing was changed. To manage another workspace, create a new stack for it. ` +
        (held.slug === asked
          ? "If this is unexpected, check the API's address and the state's backend."
          : `If this stack still manages ${held.slug}, set "workspace: ${held.slug}".`),
    );
  }
}

/** There is no workspace of this slug, or the credential may not see it. */
export class NoWorkspaceError extends UserError {
  constructor(slug: string) {
    super(
      `There is no workspace "${slug}" that this credential can access. Write its slug, as in https://bitbucket.org/<workspace>.`,
    );
  }
}

/** A repository of the state is in another workspace now. Nothing was changed. */
export class RepositoryElsewhereError extends UserError {
  constructor(repository: string, workspace: string, now: WorkspaceIdentity) {
    super(
      `The repository ${repository} is not in ${workspace} but in the workspace ${now.slug} (${now.uuid}): it was ` +
        `transferred, or the slug ${workspace} belongs to another workspace now. It does not count as deleted, and nothing ` +
        'was changed. If it was transferred, take it out of the declaration and out of the state: "npx bitbucket-as-code forget".',
    );
  }
}

/** There is no workspace of that slug, and that of the state has another one now. Nothing was changed. */
export class RenamedWorkspaceError extends UserError {
  /** @param certain Whether the state knows it by the slug that is asked for. */
  constructor(asked: string, now: WorkspaceIdentity, certain: boolean) {
    const what = certain
      ? `The workspace ${asked} was renamed to ${now.slug}. Nothing was changed. Set "workspace: ${now.slug}".`
      : `There is no workspace ${asked} that this credential can see, and the state of this stack belongs to the ` +
        `workspace ${now.slug} (${now.uuid}). Nothing was changed. If ${asked} was renamed to ${now.slug}, set ` +
        `"workspace: ${now.slug}". For another workspace, create a new stack.`;
    super(what);
  }
}

/** It is unknown whether two slugs mean the same workspace. Nothing was changed. */
export class UndecidableWorkspaceError extends UserError {
  constructor(before: string, asked: string) {
    super(
      `The state of this stack belongs to the workspace ${before}, and ${asked} is requested. It is unknown whether that is the same ` +
        "workspace: one of them does not exist, or this credential cannot access it. Nothing was changed. " +
        "Give the credential access (and the scope read:workspace:bitbucket), or restore the previous workspace.",
    );
  }
}
