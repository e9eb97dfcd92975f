// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link Branch}. */
export interface BranchArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the branch.
   */
  repository: pulumi.Input<string>;
  /**
   * The name, without `refs/heads/` or `refs/tags/`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty. Must be a valid git name, without refs/heads/ or refs/tags/.
   *
   * A change replaces the branch.
   */
  name: pulumi.Input<string>;
  /**
   * The commit or branch to create it from.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  target: pulumi.Input<string>;
  /**
   * What happens when it is removed from the desired state: `forbid` refuses it; `allow` deletes it with
   * all its contents.
   *
   * Default: `"forbid"`.
   */
  deletion?: pulumi.Input<"forbid" | "allow" | undefined>;
}

/** Where {@link Branch.get} finds a branch. */
export interface BranchState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
}

/**
 * A branch that must exist. Its commit is not managed.
 *
 * @example
 * ```typescript
 * import { Branch, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new Branch("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   name: "develop",
 *   target: "main",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/
 */
export class Branch extends BitbucketResource {
  /**
   * The name, without `refs/heads/` or `refs/tags/`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty. Must be a valid git name, without refs/heads/ or refs/tags/.
   *
   * A change replaces the branch.
   */
  declare readonly name: pulumi.Output<string>;
  /**
   * The commit or branch to create it from.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  declare readonly target: pulumi.Output<string>;
  /**
   * What happens when it is removed from the desired state: `forbid` refuses it; `allow` deletes it with
   * all its contents.
   *
   * Default: `"forbid"`.
   */
  declare readonly deletion: pulumi.Output<"forbid" | "allow">;
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  declare readonly workspace: pulumi.Output<string>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  declare readonly repository: pulumi.Output<string>;

  /**
   * Declares a branch, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: BranchArgs, opts?: pulumi.CustomResourceOptions) {
    super("Branch", name, args, opts);
  }

  /**
   * Looks up a branch that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `name`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: BranchState, opts?: pulumi.CustomResourceOptions): Branch {
    return new Branch(name, (state ?? {}) as BranchArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is Branch {
    return BitbucketResource.isKind(object, "Branch");
  }
}
