// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link PipelineVariable}. */
export interface PipelineVariableArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a pipeline variable of the workspace. A change replaces the pipeline variable.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * The UUID of the deployment environment: `environment.uuid`.
   *
   * Omit it for a pipeline variable of a repository or the workspace. A change replaces the pipeline
   * variable.
   */
  environment?: pulumi.Input<string | undefined>;
  /**
   * What the pipeline variable belongs to. Set it if `environment` or `repository` can be undefined on
   * purpose: without it, that is an error.
   */
  level?: "environment" | "repository" | "workspace" | undefined;
  /**
   * The name. Changing it renames the variable in place.
   *
   * Must have at most 255 characters. Must contain only letters, digits and underscores, and not start
   * with a digit.
   */
  key: pulumi.Input<string>;
  /**
   * The value. If `secured` is true, the API never returns it.
   *
   * Must have at most 32768 characters.
   *
   * Secret if `secured` is true: then it is encrypted in the state.
   */
  value: pulumi.Input<string>;
  /**
   * Whether the value is hidden in logs and never returned. In YAML it is true for a secret reference.
   *
   * Default: `false`.
   */
  secured?: pulumi.Input<boolean | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link PipelineVariable.get} finds a pipeline variable. */
export interface PipelineVariableState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a pipeline variable of the workspace.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * The UUID of the deployment environment: `environment.uuid`.
   *
   * Omit it for a pipeline variable of a repository or the workspace.
   */
  environment?: pulumi.Input<string | undefined>;
}

/**
 * A variable for builds in Pipelines: of a workspace, a repository or a deployment environment.
 *
 * @example
 * ```typescript
 * import { DeploymentEnvironment, PipelineVariable, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 * const production = new DeploymentEnvironment("production", { workspace: "acme", repository: api.uuid, name: "Production", type: "Production" });
 *
 * new PipelineVariable("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   environment: production.uuid,
 *   key: "LOG_LEVEL",
 *   value: "info",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/
 */
export class PipelineVariable extends BitbucketResource {
  /** The UUID. */
  declare readonly uuid: pulumi.Output<string>;
  /**
   * The name. Changing it renames the variable in place.
   *
   * Must have at most 255 characters. Must contain only letters, digits and underscores, and not start
   * with a digit.
   */
  declare readonly key: pulumi.Output<string>;
  /**
   * The value. If `secured` is true, the API never returns it.
   *
   * Must have at most 32768 characters.
   *
   * Secret if `secured` is true: then it is encrypted in the state.
   */
  declare readonly value: pulumi.Output<string>;
  /**
   * Whether the value is hidden in logs and never returned. In YAML it is true for a secret reference.
   *
   * Default: `false`.
   */
  declare readonly secured: pulumi.Output<boolean>;
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
  declare readonly repository: pulumi.Output<string | undefined>;
  /** The UUID of the deployment environment: `environment.uuid`. */
  declare readonly environment: pulumi.Output<string | undefined>;

  /**
   * Declares a pipeline variable, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: PipelineVariableArgs, opts?: pulumi.CustomResourceOptions) {
    super("PipelineVariable", name, args, opts);
  }

  /**
   * Looks up a pipeline variable that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its UUID, or its `key`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: PipelineVariableState, opts?: pulumi.CustomResourceOptions): PipelineVariable {
    return new PipelineVariable(name, (state ?? {}) as PipelineVariableArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is PipelineVariable {
    return BitbucketResource.isKind(object, "PipelineVariable");
  }
}
