// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link OverrideSettings}. */
export interface OverrideSettingsArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the override settings.
   */
  repository: pulumi.Input<string>;
  /**
   * Whether the repository has its own branching model instead of the project's.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  branchingModel?: pulumi.Input<boolean | undefined>;
  /**
   * Whether the repository has its own merge strategies instead of the project's.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  defaultMergeStrategy?: pulumi.Input<boolean | undefined>;
  /**
   * Whether the repository has its own branch restrictions instead of the project's.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  branchRestrictions?: pulumi.Input<boolean | undefined>;
}

/** Where {@link OverrideSettings.get} finds the override settings. */
export interface OverrideSettingsState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
}

/**
 * Which settings a repository overrides instead of inheriting them from its project.
 *
 * @example
 * ```typescript
 * import { OverrideSettings, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new OverrideSettings("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   branchingModel: false,
 *   defaultMergeStrategy: true,
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/
 */
export class OverrideSettings extends BitbucketResource {
  /**
   * Whether the repository has its own branching model instead of the project's.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly branchingModel: pulumi.Output<boolean | undefined>;
  /**
   * Whether the repository has its own merge strategies instead of the project's.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly defaultMergeStrategy: pulumi.Output<boolean | undefined>;
  /**
   * Whether the repository has its own branch restrictions instead of the project's.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly branchRestrictions: pulumi.Output<boolean | undefined>;
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  declare readonly workspace: pulumi.Output<string>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  declare readonly repository: pulumi.Output<string>;

  /**
   * Declares the override settings, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: OverrideSettingsArgs, opts?: pulumi.CustomResourceOptions) {
    super("OverrideSettings", name, args, opts);
  }

  /**
   * Looks up the override settings that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Any text: there is one override settings for each parent.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: OverrideSettingsState, opts?: pulumi.CustomResourceOptions): OverrideSettings {
    return new OverrideSettings(name, (state ?? {}) as OverrideSettingsArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is OverrideSettings {
    return BitbucketResource.isKind(object, "OverrideSettings");
  }
}
