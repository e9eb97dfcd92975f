// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link Repository}. */
export interface RepositoryArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The name. Changing it renames the repository in place: its URL changes, its UUID does not.
   *
   * Must have at most 62 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  name: pulumi.Input<string>;
  /**
   * The name in URLs. Default: Bitbucket derives it from the name. It can be set only on creation: a
   * rename changes it.
   *
   * Must have at most 62 characters. Must contain only lower-case letters, digits, underscores, dashes
   * and dots. Must not start or end with a dash.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  slug?: pulumi.Input<string | undefined>;
  /**
   * The key of its project. Changing it moves the repository. Default: the workspace's oldest project.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  project?: pulumi.Input<string | undefined>;
  /**
   * The description.
   *
   * Default: `""`.
   */
  description?: pulumi.Input<string | undefined>;
  /**
   * Whether only users with permission can see it.
   *
   * Default: `true`.
   */
  isPrivate?: pulumi.Input<boolean | undefined>;
  /**
   * Who can fork: `allow_forks`, `no_public_forks` (private forks only) or `no_forks`.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  forkPolicy?: pulumi.Input<"allow_forks" | "no_public_forks" | "no_forks" | undefined>;
  /**
   * The main programming language, in lower case.
   *
   * Must be lower case, as Bitbucket stores it.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  language?: pulumi.Input<string | undefined>;
  /**
   * The main branch. In a repository with commits it must exist.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  mainBranch?: pulumi.Input<string | undefined>;
  /**
   * Whether the repository has issue trackers. Bitbucket removed them on 2026-08-20: only `false` is
   * possible.
   *
   * Cannot be true: Bitbucket removed issue trackers on 2026-08-20. Remove the line.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  hasIssues?: pulumi.Input<boolean | undefined>;
  /**
   * Whether the repository has wikis. Bitbucket removed them on 2026-08-20: only `false` is possible.
   *
   * Cannot be true: Bitbucket removed wikis on 2026-08-20. Remove the line.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  hasWiki?: pulumi.Input<boolean | undefined>;
  /**
   * The website, in workspaces whose API has that field.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  website?: pulumi.Input<string | undefined>;
  /**
   * Whether Pipelines is enabled. Reading it takes one request for each repository that sets it.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  pipelinesEnabled?: pulumi.Input<boolean | undefined>;
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
   * The repository to fork, as `workspace/repository`.
   *
   * Must be workspace/repository.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  forkOf?: pulumi.Input<string | undefined>;
  /**
   * What happens when it is removed from the desired state: `forbid` refuses it; `allow` deletes it with
   * all its contents; `archive` makes it private and moves it to the project `archiveProject`.
   *
   * Default: `"forbid"`.
   */
  deletion?: pulumi.Input<"forbid" | "allow" | "archive" | undefined>;
  /** The key of the project that `deletion: archive` moves it to. */
  archiveProject?: pulumi.Input<string | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link Repository.get} finds a repository. */
export interface RepositoryState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
}

/**
 * A Git repository and its settings.
 *
 * @example
 * ```typescript
 * import { Repository } from "bitbucket-as-code";
 *
 * new Repository("example", {
 *   workspace: "acme",
 *   name: "api",
 *   project: "PLAT",
 *   description: "The public API",
 *   mainBranch: "main",
 *   pipelinesEnabled: true,
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/
 */
export class Repository extends BitbucketResource {
  /** The UUID, which survives renames and moves. */
  declare readonly uuid: pulumi.Output<string>;
  /** The name in URLs, as assigned by Bitbucket. */
  declare readonly slug: pulumi.Output<string>;
  /** Workspace and slug: `acme/api`. */
  declare readonly fullName: pulumi.Output<string>;
  /** The HTTPS clone URL. */
  declare readonly cloneHttps: pulumi.Output<string>;
  /** The SSH clone URL. */
  declare readonly cloneSsh: pulumi.Output<string>;
  /**
   * The name. Changing it renames the repository in place: its URL changes, its UUID does not.
   *
   * Must have at most 62 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  declare readonly name: pulumi.Output<string>;
  /**
   * The key of its project. Changing it moves the repository. Default: the workspace's oldest project.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly project: pulumi.Output<string | undefined>;
  /**
   * The description.
   *
   * Default: `""`.
   */
  declare readonly description: pulumi.Output<string>;
  /**
   * Whether only users with permission can see it.
   *
   * Default: `true`.
   */
  declare readonly isPrivate: pulumi.Output<boolean>;
  /**
   * Who can fork: `allow_forks`, `no_public_forks` (private forks only) or `no_forks`.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly forkPolicy: pulumi.Output<"allow_forks" | "no_public_forks" | "no_forks" | undefined>;
  /**
   * The main programming language, in lower case.
   *
   * Must be lower case, as Bitbucket stores it.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly language: pulumi.Output<string | undefined>;
  /**
   * The main branch. In a repository with commits it must exist.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly mainBranch: pulumi.Output<string | undefined>;
  /**
   * Whether the repository has issue trackers. Bitbucket removed them on 2026-08-20: only `false` is
   * possible.
   *
   * Cannot be true: Bitbucket removed issue trackers on 2026-08-20. Remove the line.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly hasIssues: pulumi.Output<boolean | undefined>;
  /**
   * Whether the repository has wikis. Bitbucket removed them on 2026-08-20: only `false` is possible.
   *
   * Cannot be true: Bitbucket removed wikis on 2026-08-20. Remove the line.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly hasWiki: pulumi.Output<boolean | undefined>;
  /**
   * The website, in workspaces whose API has that field.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly website: pulumi.Output<string | undefined>;
  /**
   * Whether Pipelines is enabled. Reading it takes one request for each repository that sets it.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly pipelinesEnabled: pulumi.Output<boolean | undefined>;
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
   * The repository to fork, as `workspace/repository`.
   *
   * Must be workspace/repository.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  declare readonly forkOf: pulumi.Output<string | undefined>;
  /**
   * What happens when it is removed from the desired state: `forbid` refuses it; `allow` deletes it with
   * all its contents; `archive` makes it private and moves it to the project `archiveProject`.
   *
   * Default: `"forbid"`.
   */
  declare readonly deletion: pulumi.Output<"forbid" | "allow" | "archive">;
  /** The key of the project that `deletion: archive` moves it to. */
  declare readonly archiveProject: pulumi.Output<string | undefined>;
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
   * Declares a repository, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: RepositoryArgs, opts?: pulumi.CustomResourceOptions) {
    super("Repository", name, args, opts);
  }

  /**
   * Looks up a repository that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its UUID, or its `slug`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: RepositoryState, opts?: pulumi.CustomResourceOptions): Repository {
    return new Repository(name, (state ?? {}) as RepositoryArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is Repository {
    return BitbucketResource.isKind(object, "Repository");
  }
}
