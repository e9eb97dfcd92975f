// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link ProjectUserPermission}. */
export interface ProjectUserPermissionArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`.
   *
   * A change replaces the project permission of a user.
   */
  project: pulumi.Input<string>;
  /**
   * The user: an account id, a UUID, or the nickname or e-mail address of a workspace member.
   *
   * Must have at least 1 character.
   *
   * A change replaces the project permission of a user.
   */
  user: pulumi.Input<string>;
  /** The permission level. */
  permission: pulumi.Input<"read" | "write" | "create-repo" | "admin">;
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

/** Where {@link ProjectUserPermission.get} finds a project permission of a user. */
export interface ProjectUserPermissionState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`. */
  project: pulumi.Input<string>;
}

/**
 * The permission of a user in a project, granted directly.
 *
 * @example
 * ```typescript
 * import { Project, ProjectUserPermission } from "bitbucket-as-code";
 *
 * const platform = new Project("platform", { workspace: "acme", key: "PLAT", name: "Platform" });
 *
 * new ProjectUserPermission("example", {
 *   workspace: "acme",
 *   project: platform.key,
 *   user: "bob@acme.example",
 *   permission: "write",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/
 */
export class ProjectUserPermission extends BitbucketResource {
  /**
   * The user: an account id, a UUID, or the nickname or e-mail address of a workspace member.
   *
   * Must have at least 1 character.
   *
   * A change replaces the project permission of a user.
   */
  declare readonly user: pulumi.Output<string>;
  /** The permission level. */
  declare readonly permission: pulumi.Output<"read" | "write" | "create-repo" | "admin">;
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
  /** The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`. */
  declare readonly project: pulumi.Output<string>;

  /**
   * Declares a project permission of a user, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: ProjectUserPermissionArgs, opts?: pulumi.CustomResourceOptions) {
    super("ProjectUserPermission", name, args, opts);
  }

  /**
   * Looks up a project permission of a user that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `user`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: ProjectUserPermissionState, opts?: pulumi.CustomResourceOptions): ProjectUserPermission {
    return new ProjectUserPermission(name, (state ?? {}) as ProjectUserPermissionArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is ProjectUserPermission {
    return BitbucketResource.isKind(object, "ProjectUserPermission");
  }
}
