// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link PipelineSshKeyPair}. */
export interface PipelineSshKeyPairArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the pipeline SSH key pair.
   */
  repository: pulumi.Input<string>;
  /**
   * The private key. The API never returns it.
   *
   * Must be a private key in the format of ssh-keygen.
   *
   * Secret: it is encrypted in the state.
   */
  privateKey: pulumi.Input<string>;
  /** The public key that belongs to it, as in a `.pub` file. */
  publicKey: pulumi.Input<string>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link PipelineSshKeyPair.get} finds a pipeline SSH key pair. */
export interface PipelineSshKeyPairState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
}

/**
 * The SSH key pair that a repository's builds use to connect to other hosts.
 *
 * @example
 * ```typescript
 * import * as pulumi from "@pulumi/pulumi";
 * import { PipelineSshKeyPair, Repository } from "bitbucket-as-code";
 *
 * const config = new pulumi.Config();
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new PipelineSshKeyPair("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   privateKey: config.requireSecret("secret"),
 *   publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl pipelines",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/
 */
export class PipelineSshKeyPair extends BitbucketResource {
  /**
   * The private key. The API never returns it.
   *
   * Must be a private key in the format of ssh-keygen.
   *
   * Secret: it is encrypted in the state.
   */
  declare readonly privateKey: pulumi.Output<string>;
  /** The public key that belongs to it, as in a `.pub` file. */
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
   * Declares a pipeline SSH key pair, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: PipelineSshKeyPairArgs, opts?: pulumi.CustomResourceOptions) {
    super("PipelineSshKeyPair", name, args, opts);
  }

  /**
   * Looks up a pipeline SSH key pair that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Any text: there is one pipeline SSH key pair for each parent.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: PipelineSshKeyPairState, opts?: pulumi.CustomResourceOptions): PipelineSshKeyPair {
    return new PipelineSshKeyPair(name, (state ?? {}) as PipelineSshKeyPairArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is PipelineSshKeyPair {
    return BitbucketResource.isKind(object, "PipelineSshKeyPair");
  }
}
