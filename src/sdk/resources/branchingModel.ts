// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link BranchingModel}. */
export interface BranchingModelArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a branching model of a project. A change replaces the branching model.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`.
   *
   * Omit it for a branching model of a repository. A change replaces the branching model.
   */
  project?: pulumi.Input<string | undefined>;
  /**
   * The development branch: `{ name: develop }` or `{ useMainBranch: true }`. It must exist.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  development?: pulumi.Input<BranchingModelDevelopmentArgs | undefined>;
  /**
   * The production branch: `{ name: main }`, `{ useMainBranch: true }` or `{ enabled: false }`.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  production?: pulumi.Input<BranchingModelProductionArgs | undefined>;
  /**
   * The branch types with their prefixes. Omitted ones stay unchanged.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  branchTypes?: pulumi.Input<pulumi.Input<BranchingModelBranchTypeArgs>[] | undefined>;
  /**
   * Whether a merge deletes the source branch by default.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  defaultBranchDeletion?: pulumi.Input<boolean | undefined>;
}

/** Where {@link BranchingModel.get} finds a branching model. */
export interface BranchingModelState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a branching model of a project.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`.
   *
   * Omit it for a branching model of a repository.
   */
  project?: pulumi.Input<string | undefined>;
}

/** The argument `development`. */
export type BranchingModelDevelopmentArgs =
  | {
    /** The repository's main branch, whatever its name. */
    useMainBranch: pulumi.Input<true>;
    }
  | {
    /** The name of the branch. */
    name: pulumi.Input<string>;
    };

/** The argument `production`. */
export type BranchingModelProductionArgs =
  | {
    /** The repository's main branch, whatever its name. */
    useMainBranch: pulumi.Input<true>;
    }
  | {
    /** The name of the branch. */
    name: pulumi.Input<string>;
    }
  | {
    /** No production branch. */
    enabled: pulumi.Input<false>;
    };

/** The argument `branchType`. */
export interface BranchingModelBranchTypeArgs {
  /** The branch type. */
  kind: pulumi.Input<"feature" | "bugfix" | "release" | "hotfix">;
  /** The prefix of its branches' names. */
  prefix?: pulumi.Input<string | undefined>;
  /** Whether the branch type is enabled. Default: `true`. */
  enabled?: pulumi.Input<boolean | undefined>;
}

/** The value of `development`. */
export type BranchingModelDevelopment =
  | {
    /** The repository's main branch, whatever its name. */
    useMainBranch: true;
    }
  | {
    /** The name of the branch. */
    name: string;
    };

/** The value of `production`. */
export type BranchingModelProduction =
  | {
    /** The repository's main branch, whatever its name. */
    useMainBranch: true;
    }
  | {
    /** The name of the branch. */
    name: string;
    }
  | {
    /** No production branch. */
    enabled: false;
    };

/** The value of `branchType`. */
export interface BranchingModelBranchType {
  /** The branch type. */
  kind: "feature" | "bugfix" | "release" | "hotfix";
  /** The prefix of its branches' names. */
  prefix?: string | undefined;
  /** Whether the branch type is enabled. Default: `true`. */
  enabled: boolean;
}

/**
 * The branching model of a repository, or the one that a project's repositories inherit.
 *
 * @example
 * ```typescript
 * import { BranchingModel, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new BranchingModel("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   development: { useMainBranch: true },
 *   production: { enabled: false },
 *   branchTypes: [{ kind: "feature", prefix: "feature/" }, { kind: "release", enabled: false }],
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branching-model/
 */
export class BranchingModel extends BitbucketResource {
  /**
   * The development branch: `{ name: develop }` or `{ useMainBranch: true }`. It must exist.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly development: pulumi.Output<BranchingModelDevelopment | undefined>;
  /**
   * The production branch: `{ name: main }`, `{ useMainBranch: true }` or `{ enabled: false }`.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly production: pulumi.Output<BranchingModelProduction | undefined>;
  /**
   * The branch types with their prefixes. Omitted ones stay unchanged.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly branchTypes: pulumi.Output<BranchingModelBranchType[] | undefined>;
  /**
   * Whether a merge deletes the source branch by default.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly defaultBranchDeletion: pulumi.Output<boolean | undefined>;
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
   * Declares a branching model, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: BranchingModelArgs, opts?: pulumi.CustomResourceOptions) {
    super("BranchingModel", name, args, opts);
  }

  /**
   * Looks up a branching model that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Any text: there is one branching model for each parent.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: BranchingModelState, opts?: pulumi.CustomResourceOptions): BranchingModel {
    return new BranchingModel(name, (state ?? {}) as BranchingModelArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is BranchingModel {
    return BitbucketResource.isKind(object, "BranchingModel");
  }
}
