// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link PipelineKnownHost}. */
export interface PipelineKnownHostArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the pipeline known host.
   */
  repository: pulumi.Input<string>;
  /**
   * The host, with a port if it is not 22: `[git.example.com]:2222`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  hostname: pulumi.Input<string>;
  /** The host's public key, as printed by `ssh-keyscan` after the host. */
  publicKey: pulumi.Input<string>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link PipelineKnownHost.get} finds a pipeline known host. */
export interface PipelineKnownHostState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
  /**
   * The host, with a port if it is not 22: `[git.example.com]:2222`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  hostname: pulumi.Input<string>;
  /** The host's public key, as printed by `ssh-keyscan` after the host. */
  publicKey: pulumi.Input<string>;
}

/**
 * The SSH host key of a host that a repository's builds connect to.
 *
 * @example
 * ```typescript
 * import { PipelineKnownHost, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new PipelineKnownHost("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   hostname: "deploy.example.com",
 *   publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/
 */
export class PipelineKnownHost extends BitbucketResource {
  /** The UUID. */
  declare readonly uuid: pulumi.Output<string>;
  /**
   * The host, with a port if it is not 22: `[git.example.com]:2222`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  declare readonly hostname: pulumi.Output<string>;
  /** The host's public key, as printed by `ssh-keyscan` after the host. */
  declare readonly publicKey: pulumi.Output<string>;
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
   * Declares a pipeline known host, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: PipelineKnownHostArgs, opts?: pulumi.CustomResourceOptions) {
    super("PipelineKnownHost", name, args, opts);
  }

  /**
   * Looks up a pipeline known host that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id. With `hostname`, `publicKey` in `state` it is found by these, and any text will do.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: PipelineKnownHostState, opts?: pulumi.CustomResourceOptions): PipelineKnownHost {
    return new PipelineKnownHost(name, (state ?? {}) as PipelineKnownHostArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is PipelineKnownHost {
    return BitbucketResource.isKind(object, "PipelineKnownHost");
  }
}
