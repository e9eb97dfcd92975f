// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link RepositoryGroupPermission}. */
export interface RepositoryGroupPermissionArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the repository permission of a group.
   */
  repository: pulumi.Input<string>;
  /**
   * The group's slug. Groups are created in Atlassian's administration: the API has no endpoint for
   * them.
   *
   * Must be the group's slug: lower-case letters, digits, underscores, dashes and dots.
   *
   * A change replaces the repository permission of a group.
   */
  group: pulumi.Input<string>;
  /** The permission level. */
  permission: pulumi.Input<"read" | "write" | "admin">;
  /** Allow a change that removes the admin permission of the credential's own user. */
  allowLosingOwnAdmin?: pulumi.Input<boolean | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link RepositoryGroupPermission.get} finds a repository permission of a group. */
export interface RepositoryGroupPermissionState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
}

/**
 * The permission of a group in a repository, granted directly.
 *
 * @example
 * ```typescript
 * import { Repository, RepositoryGroupPermission } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new RepositoryGroupPermission("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   group: "developers",
 *   permission: "write",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/
 */
export class RepositoryGroupPermission extends BitbucketResource {
  /**
   * The group's slug. Groups are created in Atlassian's administration: the API has no endpoint for
   * them.
   *
   * Must be the group's slug: lower-case letters, digits, underscores, dashes and dots.
   *
   * A change replaces the repository permission of a group.
   */
  declare readonly group: pulumi.Output<string>;
  /** The permission level. */
  declare readonly permission: pulumi.Output<"read" | "write" | "admin">;
  /** Allow a change that removes the admin permission of the credential's own user. */
  declare readonly allowLosingOwnAdmin: pulumi.Output<boolean | undefined>;
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
   * Declares a repository permission of a group, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: RepositoryGroupPermissionArgs, opts?: pulumi.CustomResourceOptions) {
    super("RepositoryGroupPermission", name, args, opts);
  }

  /**
   * Looks up a repository permission of a group that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `group`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: RepositoryGroupPermissionState, opts?: pulumi.CustomResourceOptions): RepositoryGroupPermission {
    return new RepositoryGroupPermission(name, (state ?? {}) as RepositoryGroupPermissionArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is RepositoryGroupPermission {
    return BitbucketResource.isKind(object, "RepositoryGroupPermission");
  }
}
