// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link DeployKey}. */
export interface DeployKeyArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a deploy key of a project. A change replaces the deploy key.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`.
   *
   * Omit it for a deploy key of a repository. A change replaces the deploy key.
   */
  project?: pulumi.Input<string | undefined>;
  /**
   * The public key, as in a `.pub` file. Its comment is ignored. A deleted key can stay reserved for up
   * to 30 days.
   *
   * A change replaces the deploy key.
   */
  key: pulumi.Input<string>;
  /**
   * The label shown in the settings. In a project, changing it replaces the key, because the API has no
   * update.
   *
   * Default: `""`.
   *
   * Must have at most 255 characters. Must be a single line without control characters.
   */
  label?: pulumi.Input<string | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link DeployKey.get} finds a deploy key. */
export interface DeployKeyState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a deploy key of a project.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`.
   *
   * Omit it for a deploy key of a repository.
   */
  project?: pulumi.Input<string | undefined>;
}

/**
 * An SSH key with read access to a repository, or to all repositories of a project.
 *
 * @example
 * ```typescript
 * import { DeployKey, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new DeployKey("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   label: "deployer",
 *   key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl deployer@example.com",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-deployments/
 */
export class DeployKey extends BitbucketResource {
  /** The id, a number. */
  declare readonly keyId: pulumi.Output<string>;
  /** The comment of the key. */
  declare readonly comment: pulumi.Output<string>;
  /**
   * The public key, as in a `.pub` file. Its comment is ignored. A deleted key can stay reserved for up
   * to 30 days.
   *
   * A change replaces the deploy key.
   */
  declare readonly key: pulumi.Output<string>;
  /**
   * The label shown in the settings. In a project, changing it replaces the key, because the API has no
   * update.
   *
   * Default: `""`.
   *
   * Must have at most 255 characters. Must be a single line without control characters.
   */
  declare readonly label: pulumi.Output<string>;
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
  /** The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`. */
  declare readonly project: pulumi.Output<string | undefined>;

  /**
   * Declares a deploy key, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: DeployKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super("DeployKey", name, args, opts);
  }

  /**
   * Looks up a deploy key that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `key`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: DeployKeyState, opts?: pulumi.CustomResourceOptions): DeployKey {
    return new DeployKey(name, (state ?? {}) as DeployKeyArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is DeployKey {
    return BitbucketResource.isKind(object, "DeployKey");
  }
}
