// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link DefaultReviewer}. */
export interface DefaultReviewerArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a default reviewer of a project. A change replaces the default reviewer.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`.
   *
   * Omit it for a default reviewer of a repository. A change replaces the default reviewer.
   */
  project?: pulumi.Input<string | undefined>;
  /**
   * The user: an account id, a UUID, or the nickname or e-mail address of a workspace member.
   *
   * Must have at least 1 character.
   *
   * A change replaces the default reviewer.
   */
  user: pulumi.Input<string>;
}

/** Where {@link DefaultReviewer.get} finds a default reviewer. */
export interface DefaultReviewerState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a default reviewer of a project.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`.
   *
   * Omit it for a default reviewer of a repository.
   */
  project?: pulumi.Input<string | undefined>;
}

/**
 * A default reviewer of new pull requests in a repository, or in a project's repositories.
 *
 * @example
 * ```typescript
 * import { DefaultReviewer, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new DefaultReviewer("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   user: "alice",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/
 */
export class DefaultReviewer extends BitbucketResource {
  /**
   * The user: an account id, a UUID, or the nickname or e-mail address of a workspace member.
   *
   * Must have at least 1 character.
   *
   * A change replaces the default reviewer.
   */
  declare readonly user: pulumi.Output<string>;
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  declare readonly workspace: pulumi.Output<string>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  declare readonly repository: pulumi.Output<string | undefined>;
  /** The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`. */
  declare readonly project: pulumi.Output<string | undefined>;

  /**
   * Declares a default reviewer, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: DefaultReviewerArgs, opts?: pulumi.CustomResourceOptions) {
    super("DefaultReviewer", name, args, opts);
  }

  /**
   * Looks up a default reviewer that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `user`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: DefaultReviewerState, opts?: pulumi.CustomResourceOptions): DefaultReviewer {
    return new DefaultReviewer(name, (state ?? {}) as DefaultReviewerArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is DefaultReviewer {
    return BitbucketResource.isKind(object, "DefaultReviewer");
  }
}
