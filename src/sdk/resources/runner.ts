// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link Runner}. */
export interface RunnerArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a runner of the workspace. A change replaces the runner.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * What the runner belongs to. Set it if `repository` can be undefined on purpose: without it, that is
   * an error.
   */
  level?: "repository" | "workspace" | undefined;
  /**
   * The name.
   *
   * Must have at most 50 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  name: pulumi.Input<string>;
  /**
   * The labels that a step requests with `runs-on`, such as `self.hosted` and `linux`.
   *
   * Must contain at least one label. Each item must have at most 50 characters. Each item must be a
   * single line without control characters. Each item must not be empty.
   */
  labels: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Whether it stops accepting steps; steps in progress are completed.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  cordoned?: pulumi.Input<boolean | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link Runner.get} finds a runner. */
export interface RunnerState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a runner of the workspace.
   */
  repository?: pulumi.Input<string | undefined>;
}

/**
 * A self-hosted runner of a repository, or of the whole workspace.
 *
 * @example
 * ```typescript
 * import { Repository, Runner } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new Runner("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   name: "builder-1",
 *   labels: ["self.hosted", "linux"],
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/
 */
export class Runner extends BitbucketResource {
  /** The UUID. */
  declare readonly uuid: pulumi.Output<string>;
  /** The OAuth client id of the runner. */
  declare readonly oauthClientId: pulumi.Output<string | undefined>;
  /**
   * Its secret, which the API returns only once. The state contains it encrypted.
   *
   * Secret: it is encrypted in the state.
   */
  declare readonly oauthClientSecret: pulumi.Output<string | undefined>;
  /**
   * The name.
   *
   * Must have at most 50 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  declare readonly name: pulumi.Output<string>;
  /**
   * The labels that a step requests with `runs-on`, such as `self.hosted` and `linux`.
   *
   * Must contain at least one label. Each item must have at most 50 characters. Each item must be a
   * single line without control characters. Each item must not be empty.
   */
  declare readonly labels: pulumi.Output<string[]>;
  /**
   * Whether it stops accepting steps; steps in progress are completed.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly cordoned: pulumi.Output<boolean | undefined>;
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

  /**
   * Declares a runner, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: RunnerArgs, opts?: pulumi.CustomResourceOptions) {
    super("Runner", name, args, opts);
  }

  /**
   * Looks up a runner that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its UUID, or its `name`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: RunnerState, opts?: pulumi.CustomResourceOptions): Runner {
    return new Runner(name, (state ?? {}) as RunnerArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is Runner {
    return BitbucketResource.isKind(object, "Runner");
  }
}
