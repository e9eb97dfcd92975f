// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link RepositoryUserPermission}. */
export interface RepositoryUserPermissionArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the repository permission of a user.
   */
  repository: pulumi.Input<string>;
  /**
   * The user: an account id, a UUID, or the nickname or e-mail address of a workspace member.
   *
   * Must have at least 1 character.
   *
   * A change replaces the repository permission of a user.
   */
  user: pulumi.Input<string>;
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

/** Where {@link RepositoryUserPermission.get} finds a repository permission of a user. */
export interface RepositoryUserPermissionState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
}

/**
 * The permission of a user in a repository, granted directly.
 *
 * @example
 * ```typescript
 * import { Repository, RepositoryUserPermission } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new RepositoryUserPermission("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   user: "bob@acme.example",
 *   permission: "write",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/
 */
export class RepositoryUserPermission extends BitbucketResource {
  /**
   * The user: an account id, a UUID, or the nickname or e-mail address of a workspace member.
   *
   * Must have at least 1 character.
   *
   * A change replaces the repository permission of a user.
   */
  declare readonly user: pulumi.Output<string>;
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
   * Declares a repository permission of a user, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: RepositoryUserPermissionArgs, opts?: pulumi.CustomResourceOptions) {
    super("RepositoryUserPermission", name, args, opts);
  }

  /**
   * Looks up a repository permission of a user that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `user`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: RepositoryUserPermissionState, opts?: pulumi.CustomResourceOptions): RepositoryUserPermission {
    return new RepositoryUserPermission(name, (state ?? {}) as RepositoryUserPermissionArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is RepositoryUserPermission {
    return BitbucketResource.isKind(object, "RepositoryUserPermission");
  }
}
