/** Why a preview does not know whether an object exists that an apply would create. */
import { AuthenticationError, BitbucketError, NotFoundError } from "../bitbucket";
import { UserError } from "../errors";
import type { Location } from "../kinds/kind";

/**
 * A line for the user; undefined for an error that says nothing about the object.
 *
 * @throws {AuthenticationError} itself: without a credential, a preview compares nothing.
 */
export function describeFailedLookup(error: unknown): string | undefined {
  if (error instanceof AuthenticationError) throw error;
  const isUnknown = error instanceof BitbucketError && !(error instanceof NotFoundError);
  if (isUnknown) return `it is unknown whether it exists. ${error.message}`;
  return error instanceof UserError ? `an apply would stop. ${error.message}` : undefined;
}

/** A line for a resource below a parent that is not in Bitbucket. */
export function describeMissingParent({ workspace, project, repository, environment }: Location): string {
  const place = [workspace, repository ?? project, environment].filter(Boolean).join("/");
  const what = environment ? "environment" : repository ? "repository" : "project";
  return `the ${what} ${place} does not exist, or is not accessible: an apply fails unless it is created before this.`;
}
