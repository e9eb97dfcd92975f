// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link DeploymentEnvironment}. */
export interface DeploymentEnvironmentArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the deployment environment.
   */
  repository: pulumi.Input<string>;
  /**
   * The name. Changing it renames it in place.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  name: pulumi.Input<string>;
  /**
   * Its stage: `Test`, `Staging` or `Production`.
   *
   * A change replaces the deployment environment.
   */
  type: pulumi.Input<"Test" | "Staging" | "Production">;
  /**
   * Whether only admins of the repository can deploy to it.
   *
   * Default: `false`.
   */
  adminOnly?: pulumi.Input<boolean | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link DeploymentEnvironment.get} finds a deployment environment. */
export interface DeploymentEnvironmentState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
}

/**
 * An environment that Pipelines deploys to. Variables can belong to it.
 *
 * @example
 * ```typescript
 * import { DeploymentEnvironment, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new DeploymentEnvironment("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   name: "Production EU",
 *   type: "Production",
 *   adminOnly: true,
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-deployments/
 */
export class DeploymentEnvironment extends BitbucketResource {
  /** The UUID. */
  declare readonly uuid: pulumi.Output<string>;
  /**
   * The name. Changing it renames it in place.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  declare readonly name: pulumi.Output<string>;
  /**
   * Its stage: `Test`, `Staging` or `Production`.
   *
   * A change replaces the deployment environment.
   */
  declare readonly type: pulumi.Output<"Test" | "Staging" | "Production">;
  /**
   * Whether only admins of the repository can deploy to it.
   *
   * Default: `false`.
   */
  declare readonly adminOnly: pulumi.Output<boolean>;
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
   * Declares a deployment environment, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: DeploymentEnvironmentArgs, opts?: pulumi.CustomResourceOptions) {
    super("DeploymentEnvironment", name, args, opts);
  }

  /**
   * Looks up a deployment environment that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its UUID, or its `name`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: DeploymentEnvironmentState, opts?: pulumi.CustomResourceOptions): DeploymentEnvironment {
    return new DeploymentEnvironment(name, (state ?? {}) as DeploymentEnvironmentArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is DeploymentEnvironment {
    return BitbucketResource.isKind(object, "DeploymentEnvironment");
  }
}
