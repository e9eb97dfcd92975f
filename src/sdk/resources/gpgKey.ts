// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link GpgKey}. */
export interface GpgKeyArgs {
  /**
   * The public key in ASCII armor.
   *
   * Must be a public key, not a private one: use the output of gpg --armor --export. Must be the output
   * of gpg --armor --export.
   *
   * A change replaces the GPG key.
   */
  key: pulumi.Input<string>;
  /**
   * The label shown in the settings.
   *
   * Must have at most 255 characters. Must be a single line without control characters.
   *
   * If it is omitted, Bitbucket decides, and it is not managed. A change replaces the GPG key.
   */
  name?: pulumi.Input<string | undefined>;
}

/** Where {@link GpgKey.get} finds a GPG key. */
export interface GpgKeyState {

}

/**
 * A GPG key with which the credential's own user signs commits.
 *
 * @example
 * ```typescript
 * import * as pulumi from "@pulumi/pulumi";
 * import { GpgKey } from "bitbucket-as-code";
 *
 * const config = new pulumi.Config();
 *
 * new GpgKey("example", {
 *   name: "signing",
 *   key: config.requireSecret("secret"),
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-gpg/
 */
export class GpgKey extends BitbucketResource {
  /** The fingerprint. */
  declare readonly fingerprint: pulumi.Output<string>;
  /** The key id. */
  declare readonly keyId: pulumi.Output<string>;
  /**
   * The public key in ASCII armor.
   *
   * Must be a public key, not a private one: use the output of gpg --armor --export. Must be the output
   * of gpg --armor --export.
   *
   * A change replaces the GPG key.
   */
  declare readonly key: pulumi.Output<string>;
  /**
   * The label shown in the settings.
   *
   * Must have at most 255 characters. Must be a single line without control characters.
   *
   * If it is omitted, Bitbucket decides, and it is not managed. A change replaces the GPG key.
   */
  declare readonly name: pulumi.Output<string | undefined>;

  /**
   * Declares a GPG key, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: GpgKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super("GpgKey", name, args, opts);
  }

  /**
   * Looks up a GPG key that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `key`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: GpgKeyState, opts?: pulumi.CustomResourceOptions): GpgKey {
    return new GpgKey(name, (state ?? {}) as GpgKeyArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is GpgKey {
    return BitbucketResource.isKind(object, "GpgKey");
  }
}
