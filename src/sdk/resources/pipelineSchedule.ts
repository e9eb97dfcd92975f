// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link PipelineSchedule}. */
export interface PipelineScheduleArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * A change replaces the pipeline schedule.
   */
  repository: pulumi.Input<string>;
  /**
   * The schedule in UTC: a cron expression of seven fields, seconds first.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must have seven
   * fields, seconds first: 0 0 12 * * ? * is noon UTC every day.
   *
   * A change replaces the pipeline schedule.
   */
  cronPattern: pulumi.Input<string>;
  /**
   * The branch to build.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * A change replaces the pipeline schedule.
   */
  branch: pulumi.Input<string>;
  /**
   * The pipeline in bitbucket-pipelines.yml: `{ type: custom, pattern: nightly }`. Default: the pipeline
   * for the branch.
   *
   * If it is omitted, Bitbucket decides, and it is not managed. A change replaces the pipeline schedule.
   */
  selector?: pulumi.Input<PipelineScheduleSelectorArgs | undefined>;
  /**
   * Whether the schedule is enabled.
   *
   * Default: `true`.
   */
  enabled?: pulumi.Input<boolean | undefined>;
}

/** Where {@link PipelineSchedule.get} finds a pipeline schedule. */
export interface PipelineScheduleState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  repository: pulumi.Input<string>;
  /**
   * The schedule in UTC: a cron expression of seven fields, seconds first.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must have seven
   * fields, seconds first: 0 0 12 * * ? * is noon UTC every day.
   */
  cronPattern: pulumi.Input<string>;
  /**
   * The branch to build.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   */
  branch: pulumi.Input<string>;
  /**
   * The pipeline in bitbucket-pipelines.yml: `{ type: custom, pattern: nightly }`. Default: the pipeline
   * for the branch.
   */
  selector?: pulumi.Input<PipelineScheduleSelectorArgs | undefined>;
}

/** The values of `selectorType`. */
export type PipelineScheduleSelectorType =
  | "branches"
  | "tags"
  | "bookmarks"
  | "default"
  | "custom";

/** The argument `selector`. */
export interface PipelineScheduleSelectorArgs {
  /** The section of bitbucket-pipelines.yml. */
  type: pulumi.Input<PipelineScheduleSelectorType>;
  /** The name of the pipeline in that section. */
  pattern?: pulumi.Input<string | undefined>;
}

/** The value of `selector`. */
export interface PipelineScheduleSelector {
  /** The section of bitbucket-pipelines.yml. */
  type: PipelineScheduleSelectorType;
  /** The name of the pipeline in that section. */
  pattern?: string | undefined;
}

/**
 * A schedule on which Pipelines builds a branch.
 *
 * @example
 * ```typescript
 * import { PipelineSchedule, Repository } from "bitbucket-as-code";
 *
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new PipelineSchedule("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   cronPattern: "0 0 2 * * ? *",
 *   branch: "main",
 *   selector: { type: "custom", pattern: "nightly" },
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/
 */
export class PipelineSchedule extends BitbucketResource {
  /** The UUID. */
  declare readonly uuid: pulumi.Output<string>;
  /**
   * The schedule in UTC: a cron expression of seven fields, seconds first.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must have seven
   * fields, seconds first: 0 0 12 * * ? * is noon UTC every day.
   *
   * A change replaces the pipeline schedule.
   */
  declare readonly cronPattern: pulumi.Output<string>;
  /**
   * The branch to build.
   *
   * Must have at most 255 characters. Must be a single line without control characters. Must not be
   * empty.
   *
   * A change replaces the pipeline schedule.
   */
  declare readonly branch: pulumi.Output<string>;
  /**
   * The pipeline in bitbucket-pipelines.yml: `{ type: custom, pattern: nightly }`. Default: the pipeline
   * for the branch.
   *
   * If it is omitted, Bitbucket decides, and it is not managed. A change replaces the pipeline schedule.
   */
  declare readonly selector: pulumi.Output<PipelineScheduleSelector | undefined>;
  /**
   * Whether the schedule is enabled.
   *
   * Default: `true`.
   */
  declare readonly enabled: pulumi.Output<boolean>;
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  declare readonly workspace: pulumi.Output<string>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  declare readonly repository: pulumi.Output<string>;

  /**
   * Declares a pipeline schedule, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: PipelineScheduleArgs, opts?: pulumi.CustomResourceOptions) {
    super("PipelineSchedule", name, args, opts);
  }

  /**
   * Looks up a pipeline schedule that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its id. With `cronPattern`, `branch`, `selector` in `state` it is found by these, and any text will do.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: PipelineScheduleState, opts?: pulumi.CustomResourceOptions): PipelineSchedule {
    return new PipelineSchedule(name, (state ?? {}) as PipelineScheduleArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is PipelineSchedule {
    return BitbucketResource.isKind(object, "PipelineSchedule");
  }
}
