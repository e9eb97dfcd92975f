// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link ProjectGroupPermission}. */
export interface ProjectGroupPermissionArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`.
   *
   * A change replaces the project permission of a group.
   */
  project: pulumi.Input<string>;
  /**
   * The group's slug. Groups are created in Atlassian's administration: the API has no endpoint for
   * them.
   *
   * Must be the group's slug: lower-case letters, digits, underscores, dashes and dots.
   *
   * A change replaces the project permission of a group.
   */
  group: pulumi.Input<string>;
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

/** Where {@link ProjectGroupPermission.get} finds a project permission of a group. */
export interface ProjectGroupPermissionState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`. */
  project: pulumi.Input<string>;
}

/**
 * The permission of a group in a project, granted directly.
 *
 * @example
 * ```typescript
 * import { Project, ProjectGroupPermission } from "bitbucket-as-code";
 *
 * const platform = new Project("platform", { workspace: "acme", key: "PLAT", name: "Platform" });
 *
 * new ProjectGroupPermission("example", {
 *   workspace: "acme",
 *   project: platform.key,
 *   group: "developers",
 *   permission: "write",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/
 */
export class ProjectGroupPermission extends BitbucketResource {
  /**
   * The group's slug. Groups are created in Atlassian's administration: the API has no endpoint for
   * them.
   *
   * Must be the group's slug: lower-case letters, digits, underscores, dashes and dots.
   *
   * A change replaces the project permission of a group.
   */
  declare readonly group: pulumi.Output<string>;
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
   * Declares a project permission of a group, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: ProjectGroupPermissionArgs, opts?: pulumi.CustomResourceOptions) {
    super("ProjectGroupPermission", name, args, opts);
  }

  /**
   * Looks up a project permission of a group that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `group`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: ProjectGroupPermissionState, opts?: pulumi.CustomResourceOptions): ProjectGroupPermission {
    return new ProjectGroupPermission(name, (state ?? {}) as ProjectGroupPermissionArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is ProjectGroupPermission {
    return BitbucketResource.isKind(object, "ProjectGroupPermission");
  }
}
