/** Error for an object that is missing without proof of its deletion. */
import { UserError } from "../errors";
import type { Kind } from "../kinds/kind";

const goOn = "or, if they were deleted, run this once with BITBUCKET_MISSING_IS_DELETED=1";

/** Resources that an error names, at most. */
const fewNames = 10;

/** A 404 where a collection or a setting has to be, below a parent that is there. */
export class UnprovenAbsenceError extends UserError {
  /** @param parent In words: "the repository {…}". */
  constructor(
    kind: Kind,
    readonly path: string,
    parent: string,
  ) {
    super(
      `Bitbucket answered GET ${path} with 404, although ${parent} exists. This does not prove that a ${kind.title} was ` +
        "deleted, so nothing counts as deleted. Run this again; if the error persists, check the credential's access " +
        '("npx bitbucket-as-code doctor"), and whether Bitbucket has an incident (https://status.atlassian.com).',
    );
  }
}

/** So much has vanished at once that a mistake of the service, or of the credential, is more likely than deletions. */
export class VanishedError extends UserError {
  /** @param share In words: "5 of 14 resources". */
  constructor(
    share: string,
    readonly names: readonly string[],
  ) {
    const more = names.length - fewNames;
    super(
      [
        `${share} cannot be found in Bitbucket. It is unknown whether they were deleted: an incident, or a credential ` +
          "with less access than before, looks the same. Nothing was changed.",
        ...names.slice(0, fewNames).map((name) => `  - ${name}`),
        ...(more > 0 ? [`  … and ${more} more`] : []),
        `Check in Bitbucket. Run this again if they exist; ${goOn}.`,
      ].join("\n"),
    );
  }
}

/** A project that was given by its UUID, and is not among those that the credential sees. */
export class NoProjectError extends UserError {
  constructor(
    readonly workspace: string,
    readonly project: string,
  ) {
    super(`There is no project ${project} in the workspace ${workspace} that this credential can access.`);
  }
}

/** A repository or project is missing, and this credential would not see it if it were there. */
export class UndecidableError extends UserError {
  constructor(workspace: string, what: string) {
    super(
      `The ${what} in ${workspace} is not accessible with this credential: it was deleted, or the credential ` +
        "has lost access to it. Nothing was changed. An owner of the workspace can tell which. Give the credential " +
        "access (and the scope read:workspace:bitbucket); or, if it was deleted, run this once with " +
        "BITBUCKET_MISSING_IS_DELETED=1.",
    );
  }
}
