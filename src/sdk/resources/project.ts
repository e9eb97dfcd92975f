// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link Project}. */
export interface ProjectArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The short key, such as `PLAT`. Changing it renames the key in place.
   *
   * Must have at most 128 characters. Must start with a letter, and contain only letters, digits and
   * underscores.
   */
  key: pulumi.Input<string>;
  /**
   * The display name.
   *
   * Must have at most 128 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  name: pulumi.Input<string>;
  /**
   * The description.
   *
   * Default: `""`.
   */
  description?: pulumi.Input<string | undefined>;
  /**
   * Whether only members of the workspace can see it. A private project contains only private
   * repositories.
   *
   * Default: `true`.
   */
  isPrivate?: pulumi.Input<boolean | undefined>;
  /**
   * The avatar: the path of a PNG, JPEG or GIF file of at most 1 MB, relative to the YAML file or, in a
   * program, to the folder of `Pulumi.yaml`. It is uploaded when its content changes, or when someone
   * uploaded another image.
   *
   * Must have at most 4096 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * If it is omitted, Bitbucket decides, and it is not managed. The API never returns it.
   */
  avatar?: pulumi.Input<string | undefined>;
  /**
   * What happens when it is removed from the desired state: `forbid` refuses it; `allow` deletes it with
   * all its contents.
   *
   * Default: `"forbid"`.
   */
  deletion?: pulumi.Input<"forbid" | "allow" | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link Project.get} finds a project. */
export interface ProjectState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
}

/**
 * A project, which groups repositories.
 *
 * @example
 * ```typescript
 * import { Project } from "bitbucket-as-code";
 *
 * new Project("example", {
 *   workspace: "acme",
 *   key: "PLAT",
 *   name: "Platform",
 *   description: "What every team builds on",
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/
 */
export class Project extends BitbucketResource {
  /** The UUID, which never changes. */
  declare readonly uuid: pulumi.Output<string>;
  /** Whether it contains a public repository. */
  declare readonly hasPubliclyVisibleRepos: pulumi.Output<boolean>;
  /**
   * The short key, such as `PLAT`. Changing it renames the key in place.
   *
   * Must have at most 128 characters. Must start with a letter, and contain only letters, digits and
   * underscores.
   */
  declare readonly key: pulumi.Output<string>;
  /**
   * The display name.
   *
   * Must have at most 128 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  declare readonly name: pulumi.Output<string>;
  /**
   * The description.
   *
   * Default: `""`.
   */
  declare readonly description: pulumi.Output<string>;
  /**
   * Whether only members of the workspace can see it. A private project contains only private
   * repositories.
   *
   * Default: `true`.
   */
  declare readonly isPrivate: pulumi.Output<boolean>;
  /**
   * The avatar: the path of a PNG, JPEG or GIF file of at most 1 MB, relative to the YAML file or, in a
   * program, to the folder of `Pulumi.yaml`. It is uploaded when its content changes, or when someone
   * uploaded another image.
   *
   * Must have at most 4096 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * If it is omitted, Bitbucket decides, and it is not managed. The API never returns it.
   */
  declare readonly avatar: pulumi.Output<string | undefined>;
  /**
   * What happens when it is removed from the desired state: `forbid` refuses it; `allow` deletes it with
   * all its contents.
   *
   * Default: `"forbid"`.
   */
  declare readonly deletion: pulumi.Output<"forbid" | "allow">;
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

  /**
   * Declares a project, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: ProjectArgs, opts?: pulumi.CustomResourceOptions) {
    super("Project", name, args, opts);
  }

  /**
   * Looks up a project that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its UUID, or its `key`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: ProjectState, opts?: pulumi.CustomResourceOptions): Project {
    return new Project(name, (state ?? {}) as ProjectArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is Project {
    return BitbucketResource.isKind(object, "Project");
  }
}
