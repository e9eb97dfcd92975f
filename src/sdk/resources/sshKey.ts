// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link SshKey}. */
export interface SshKeyArgs {
  /**
   * The public key, as in a `.pub` file. Its comment is ignored.
   *
   * A change replaces the SSH key.
   */
  key: pulumi.Input<string>;
  /**
   * The label shown in the settings.
   *
   * Default: `""`.
   *
   * Must have at most 255 characters. Must be a single line without control characters.
   */
  label?: pulumi.Input<string | undefined>;
  /**
   * When it expires: a date (at its start in UTC), or a time. Changing it replaces the key.
   *
   * If it is omitted, Bitbucket decides, and it is not managed. A change replaces the SSH key.
   */
  expiresOn?: pulumi.Input<string | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link SshKey.get} finds an SSH key. */
export interface SshKeyState {

}

/**
 * An SSH key of the credential's own user.
 *
 * @example
 * ```typescript
 * import { SshKey } from "bitbucket-as-code";
 *
 * new SshKey("example", {
 *   label: "laptop",
 *   key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl laptop",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-ssh/
 */
export class SshKey extends BitbucketResource {
  /** The UUID. */
  declare readonly uuid: pulumi.Output<string>;
  /**
   * The public key, as in a `.pub` file. Its comment is ignored.
   *
   * A change replaces the SSH key.
   */
  declare readonly key: pulumi.Output<string>;
  /**
   * The label shown in the settings.
   *
   * Default: `""`.
   *
   * Must have at most 255 characters. Must be a single line without control characters.
   */
  declare readonly label: pulumi.Output<string>;
  /**
   * When it expires: a date (at its start in UTC), or a time. Changing it replaces the key.
   *
   * If it is omitted, Bitbucket decides, and it is not managed. A change replaces the SSH key.
   */
  declare readonly expiresOn: pulumi.Output<string | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  declare readonly adopt: pulumi.Output<boolean | undefined>;

  /**
   * Declares an SSH key, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: SshKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super("SshKey", name, args, opts);
  }

  /**
   * Looks up an SSH key that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its UUID, or its `key`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: SshKeyState, opts?: pulumi.CustomResourceOptions): SshKey {
    return new SshKey(name, (state ?? {}) as SshKeyArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is SshKey {
    return BitbucketResource.isKind(object, "SshKey");
  }
}
