// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link Download}. */
export interface DownloadArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the download.
   */
  repository: pulumi.Input<string>;
  /**
   * The file's name among the downloads.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty. Must be a file name without /, \ and quotes.
   *
   * A change replaces the download.
   */
  name: pulumi.Input<string>;
  /**
   * The file to upload, of at most 1 GiB. In YAML, the path is relative to the YAML file, in programs to
   * the project's folder. The state contains its path and SHA-256 digest, not its content. If someone
   * uploads another file with the same name, its time or size differs; then it is read and compared.
   *
   * Must have at most 4096 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  file: pulumi.Input<string>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link Download.get} finds a download. */
export interface DownloadState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
}

/**
 * A file in a repository's downloads. It is uploaded if it differs.
 *
 * @example
 * ```typescript
 * import { Download, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new Download("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   name: "handbook.pdf",
 *   file: "files/handbook.pdf",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-downloads/
 */
export class Download extends BitbucketResource {
  /** Its size, in bytes. */
  declare readonly size: pulumi.Output<number>;
  /** When it was last uploaded. */
  declare readonly createdOn: pulumi.Output<string>;
  /**
   * The file's name among the downloads.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty. Must be a file name without /, \ and quotes.
   *
   * A change replaces the download.
   */
  declare readonly name: pulumi.Output<string>;
  /**
   * The file to upload, of at most 1 GiB. In YAML, the path is relative to the YAML file, in programs to
   * the project's folder. The state contains its path and SHA-256 digest, not its content. If someone
   * uploads another file with the same name, its time or size differs; then it is read and compared.
   *
   * Must have at most 4096 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  declare readonly file: pulumi.Output<string>;
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
   * Declares a download, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: DownloadArgs, opts?: pulumi.CustomResourceOptions) {
    super("Download", name, args, opts);
  }

  /**
   * Looks up a download that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `name`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: DownloadState, opts?: pulumi.CustomResourceOptions): Download {
    return new Download(name, (state ?? {}) as DownloadArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is Download {
    return BitbucketResource.isKind(object, "Download");
  }
}
