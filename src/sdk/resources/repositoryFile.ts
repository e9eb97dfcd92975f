// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link RepositoryFile}. */
export interface RepositoryFileArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the file.
   */
  repository: pulumi.Input<string>;
  /**
   * The path from the root of the repository.
   *
   * Must have at most 1024 characters. Must be a single line without control characters. Must not be
   * empty. Must be a path from the root of the repository, without a leading slash and without ...
   *
   * A change replaces the file.
   */
  path: pulumi.Input<string>;
  /**
   * The branch to commit to.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * A change replaces the file.
   */
  branch: pulumi.Input<string>;
  /** The whole content. A commit is created only if it differs. */
  content: pulumi.Input<string>;
  /**
   * The commit message. Default: `Update <path>`.
   *
   * Must not be empty.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  message?: pulumi.Input<string | undefined>;
  /**
   * The commit author, `Name <address>`. Default: the credential's own user.
   *
   * Must be a name and an address: Jane Doe <jane@example.com>.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  author?: pulumi.Input<string | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link RepositoryFile.get} finds a file. */
export interface RepositoryFileState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
  /**
   * The branch to commit to.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  branch: pulumi.Input<string>;
  /**
   * The path from the root of the repository.
   *
   * Must have at most 1024 characters. Must be a single line without control characters. Must not be
   * empty. Must be a path from the root of the repository, without a leading slash and without ...
   */
  path: pulumi.Input<string>;
}

/**
 * The content of a file on a branch. A commit is created only if it differs.
 *
 * @example
 * ```typescript
 * import { Repository, RepositoryFile } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new RepositoryFile("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   path: "CODEOWNERS",
 *   branch: "main",
 *   content: "* @acme/platform\n",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/
 */
export class RepositoryFile extends BitbucketResource {
  /**
   * The path from the root of the repository.
   *
   * Must have at most 1024 characters. Must be a single line without control characters. Must not be
   * empty. Must be a path from the root of the repository, without a leading slash and without ...
   *
   * A change replaces the file.
   */
  declare readonly path: pulumi.Output<string>;
  /**
   * The branch to commit to.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * A change replaces the file.
   */
  declare readonly branch: pulumi.Output<string>;
  /** The whole content. A commit is created only if it differs. */
  declare readonly content: pulumi.Output<string>;
  /**
   * The commit message. Default: `Update <path>`.
   *
   * Must not be empty.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  declare readonly message: pulumi.Output<string | undefined>;
  /**
   * The commit author, `Name <address>`. Default: the credential's own user.
   *
   * Must be a name and an address: Jane Doe <jane@example.com>.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  declare readonly author: pulumi.Output<string | undefined>;
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
   * Declares a file, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: RepositoryFileArgs, opts?: pulumi.CustomResourceOptions) {
    super("RepositoryFile", name, args, opts);
  }

  /**
   * Looks up a file that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id. With `branch`, `path` in `state` it is found by these, and any text will do.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: RepositoryFileState, opts?: pulumi.CustomResourceOptions): RepositoryFile {
    return new RepositoryFile(name, (state ?? {}) as RepositoryFileArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is RepositoryFile {
    return BitbucketResource.isKind(object, "RepositoryFile");
  }
}
