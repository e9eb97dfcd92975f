// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link Tag}. */
export interface TagArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the tag.
   */
  repository: pulumi.Input<string>;
  /**
   * The name, without `refs/heads/` or `refs/tags/`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty. Must be a valid git name, without refs/heads/ or refs/tags/.
   *
   * A change replaces the tag.
   */
  name: pulumi.Input<string>;
  /**
   * The hash of the commit.
   *
   * Must be a commit's hash, of 7 to 40 hexadecimal digits.
   *
   * A change replaces the tag.
   */
  target: pulumi.Input<string>;
  /**
   * The tag's message.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  message?: pulumi.Input<string | undefined>;
}

/** Where {@link Tag.get} finds a tag. */
export interface TagState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
}

/**
 * A tag at a commit.
 *
 * @example
 * ```typescript
 * import { Repository, Tag } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new Tag("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   name: "v1.0.0",
 *   target: "5dd9a1f2c3b4a5968778695a4b3c2d1e0f9a8b7c",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/
 */
export class Tag extends BitbucketResource {
  /**
   * The name, without `refs/heads/` or `refs/tags/`.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty. Must be a valid git name, without refs/heads/ or refs/tags/.
   *
   * A change replaces the tag.
   */
  declare readonly name: pulumi.Output<string>;
  /**
   * The hash of the commit.
   *
   * Must be a commit's hash, of 7 to 40 hexadecimal digits.
   *
   * A change replaces the tag.
   */
  declare readonly target: pulumi.Output<string>;
  /**
   * The tag's message.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  declare readonly message: pulumi.Output<string | undefined>;
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  declare readonly workspace: pulumi.Output<string>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  declare readonly repository: pulumi.Output<string>;

  /**
   * Declares a tag, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: TagArgs, opts?: pulumi.CustomResourceOptions) {
    super("Tag", name, args, opts);
  }

  /**
   * Looks up a tag that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id, or its `name`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: TagState, opts?: pulumi.CustomResourceOptions): Tag {
    return new Tag(name, (state ?? {}) as TagArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is Tag {
    return BitbucketResource.isKind(object, "Tag");
  }
}
