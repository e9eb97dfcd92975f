// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link BranchRestriction}. */
export interface BranchRestrictionArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the branch restriction.
   */
  repository: pulumi.Input<string>;
  /**
   * What is restricted or required.
   *
   * A change replaces the branch restriction.
   */
  kind: pulumi.Input<BranchRestrictionKind>;
  /**
   * A glob of the branches it applies to, such as `release/*`. Either this or `branchType`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  pattern?: pulumi.Input<string | undefined>;
  /** The branches of this type in the branching model. Either this or `pattern`. */
  branchType?: pulumi.Input<BranchRestrictionBranchType | undefined>;
  /**
   * The number, for kinds that count: approvals, passing builds, commits behind.
   *
   * Must be at least 0.
   */
  value?: pulumi.Input<number | undefined>;
  /**
   * The users who are exempt, for `push` and `restrict_merges`. They must have write access.
   *
   * Each item must have at least 1 character.
   */
  users?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  /**
   * The slugs of the groups that are exempt, for `push` and `restrict_merges`.
   *
   * Each item must have at least 1 character.
   */
  groups?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link BranchRestriction.get} finds a branch restriction. */
export interface BranchRestrictionState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
  /** What is restricted or required. */
  kind: pulumi.Input<BranchRestrictionKind>;
  /**
   * A glob of the branches it applies to, such as `release/*`. Either this or `branchType`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  pattern?: pulumi.Input<string | undefined>;
  /** The branches of this type in the branching model. Either this or `pattern`. */
  branchType?: pulumi.Input<BranchRestrictionBranchType | undefined>;
}

/** The values of `kind`. */
export type BranchRestrictionKind =
  | "push"
  | "delete"
  | "force"
  | "restrict_merges"
  | "require_tasks_to_be_completed"
  | "require_approvals_to_merge"
  | "require_review_group_approvals_to_merge"
  | "require_default_reviewer_approvals_to_merge"
  | "require_no_changes_requested"
  | "require_passing_builds_to_merge"
  | "require_commits_behind"
  | "reset_pullrequest_approvals_on_change"
  | "smart_reset_pullrequest_approvals"
  | "reset_pullrequest_changes_requested_on_change"
  | "require_all_dependencies_merged"
  | "enforce_merge_checks"
  | "allow_auto_merge_when_builds_pass"
  | "require_all_comments_resolved";

/** The values of `branchType`. */
export type BranchRestrictionBranchType =
  | "feature"
  | "bugfix"
  | "release"
  | "hotfix"
  | "development"
  | "production";

/**
 * A rule for branches: who can push or merge, and what a merge requires.
 *
 * @example
 * ```typescript
 * import { BranchRestriction, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new BranchRestriction("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   kind: "push",
 *   pattern: "main",
 *   groups: ["administrators"],
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/
 */
export class BranchRestriction extends BitbucketResource {
  /** The id, a number. */
  declare readonly restrictionId: pulumi.Output<string>;
  /**
   * What is restricted or required.
   *
   * A change replaces the branch restriction.
   */
  declare readonly kind: pulumi.Output<BranchRestrictionKind>;
  /**
   * A glob of the branches it applies to, such as `release/*`. Either this or `branchType`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  declare readonly pattern: pulumi.Output<string | undefined>;
  /** The branches of this type in the branching model. Either this or `pattern`. */
  declare readonly branchType: pulumi.Output<BranchRestrictionBranchType | undefined>;
  /**
   * The number, for kinds that count: approvals, passing builds, commits behind.
   *
   * Must be at least 0.
   */
  declare readonly value: pulumi.Output<number | undefined>;
  /**
   * The users who are exempt, for `push` and `restrict_merges`. They must have write access.
   *
   * Each item must have at least 1 character.
   */
  declare readonly users: pulumi.Output<string[] | undefined>;
  /**
   * The slugs of the groups that are exempt, for `push` and `restrict_merges`.
   *
   * Each item must have at least 1 character.
   */
  declare readonly groups: pulumi.Output<string[] | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  declare readonly adopt: pulumi.Output<boolean | undefined>;
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  declare readonly workspace: pulumi.Output<string>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  declare readonly repository: pulumi.Output<string>;

  /**
   * Declares a branch restriction, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: BranchRestrictionArgs, opts?: pulumi.CustomResourceOptions) {
    super("BranchRestriction", name, args, opts);
  }

  /**
   * Looks up a branch restriction that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id. With `kind`, `pattern`, `branchType` in `state` it is found by these, and any text will do.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: BranchRestrictionState, opts?: pulumi.CustomResourceOptions): BranchRestriction {
    return new BranchRestriction(name, (state ?? {}) as BranchRestrictionArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is BranchRestriction {
    return BitbucketResource.isKind(object, "BranchRestriction");
  }
}
