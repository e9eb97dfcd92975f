// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link PipelinesConfig}. */
export interface PipelinesConfigArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the pipelines configuration.
   */
  repository: pulumi.Input<string>;
  /**
   * Whether Pipelines is enabled. The same as `pipelinesEnabled` of the repository: use one of the two.
   *
   * Default: `true`.
   */
  enabled?: pulumi.Input<boolean | undefined>;
  /**
   * The number of the next build, higher than that of the last. It is set only when this value changes.
   *
   * Must be at least 1.
   *
   * The API never returns it.
   */
  nextBuildNumber?: pulumi.Input<number | undefined>;
}

/** Where {@link PipelinesConfig.get} finds a pipelines configuration. */
export interface PipelinesConfigState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
}

/**
 * Whether Pipelines is enabled in a repository, and the number of its next build.
 *
 * @example
 * ```typescript
 * import { PipelinesConfig, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new PipelinesConfig("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   enabled: true,
 *   nextBuildNumber: 1000,
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/
 */
export class PipelinesConfig extends BitbucketResource {
  /**
   * Whether Pipelines is enabled. The same as `pipelinesEnabled` of the repository: use one of the two.
   *
   * Default: `true`.
   */
  declare readonly enabled: pulumi.Output<boolean>;
  /**
   * The number of the next build, higher than that of the last. It is set only when this value changes.
   *
   * Must be at least 1.
   *
   * The API never returns it.
   */
  declare readonly nextBuildNumber: pulumi.Output<number | undefined>;
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  declare readonly workspace: pulumi.Output<string>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  declare readonly repository: pulumi.Output<string>;

  /**
   * Declares a pipelines configuration, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: PipelinesConfigArgs, opts?: pulumi.CustomResourceOptions) {
    super("PipelinesConfig", name, args, opts);
  }

  /**
   * Looks up a pipelines configuration that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Any text: there is one pipelines configuration for each parent.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: PipelinesConfigState, opts?: pulumi.CustomResourceOptions): PipelinesConfig {
    return new PipelinesConfig(name, (state ?? {}) as PipelinesConfigArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is PipelinesConfig {
    return BitbucketResource.isKind(object, "PipelinesConfig");
  }
}
