import { z } from "zod";
import { apiPath } from "../bitbucket";
import { findCronProblem } from "./cronPattern";
import { line, uuidFromId } from "./fields";
import { defineKind, type Location } from "./kind";
import { plainName } from "./names";
import { repositoryPath } from "./paths";

const selectorTypes = ["branches", "tags", "bookmarks", "default", "custom"] as const;

const body = z.object({
  uuid: z.string(),
  enabled: z.boolean(),
  cron_pattern: z.string(),
  target: z.object({
    ref_name: z.string().nullish(),
    selector: z.object({ type: z.string(), pattern: z.string().nullish() }).nullish(),
  }),
});

const args = z.object({
  cronPattern: line(255)
    .regex(/^\S+( \S+){6}$/, {
      error: "must have seven fields, seconds first: 0 0 12 * * ? * is noon UTC every day",
      abort: true,
    })
    .superRefine((pattern, context) => {
      const message = findCronProblem(pattern);
      if (message) context.addIssue({ code: "custom", message });
    })
    .meta({
      immutable: true,
      description: "The schedule in UTC: a cron expression of seven fields, seconds first.",
    }),
  branch: line(255)
    .min(1, "must not be empty")
    .meta({ immutable: true, description: "The branch to build." }),
  selector: z
    .strictObject({
      type: z.enum(selectorTypes).meta({ description: "The section of bitbucket-pipelines.yml." }),
      pattern: line(255).optional().meta({ description: "The name of the pipeline in that section." }),
    })
    .optional()
    .meta({
      immutable: true,
      serverChosen: true,
      description:
        "The pipeline in bitbucket-pipelines.yml: `{ type: custom, pattern: nightly }`. Default: the pipeline for the branch.",
    }),
  enabled: z.boolean().default(true).meta({ description: "Whether the schedule is enabled." }),
});

/** A time at which Pipelines builds a branch. */
export const pipelineSchedule = defineKind({
  name: "PipelineSchedule",
  title: "pipeline schedule",
  summary: "A schedule on which Pipelines builds a branch.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/",
  parents: ["repository"],
  dependsOnKinds: ["PipelinesConfig"],
  naturalKey: ["cronPattern", "branch", "selector"],
  identity: (values) => JSON.stringify([values.cronPattern, values.branch, selectorOf(values.selector)]),
  args,
  outputs: z.object({ uuid: z.string().meta({ description: "The UUID." }) }),
  derived: uuidFromId,
  yaml: {
    section: "pipelineSchedules",
    form: "map",
    example: [
      "pipelineSchedules:",
      "  nightly:",
      '    cronPattern: "0 0 2 * * ? *"',
      "    branch: main",
      "    selector: { type: custom, pattern: nightly }",
    ].join("\n"),
  },

  source: {
    collection: (at) => ({
      path: collection(at),
      fields: "uuid,enabled,cron_pattern,target.ref_name,target.selector.type,target.selector.pattern",
    }),
    item,
  },
  parse(value) {
    const found = body.parse(value);
    const { selector } = found.target;
    return {
      id: found.uuid,
      args: {
        cronPattern: found.cron_pattern,
        branch: found.target.ref_name ?? "",
        ...(selector
          ? { selector: { type: selector.type, ...(selector.pattern ? { pattern: selector.pattern } : {}) } }
          : {}),
        enabled: found.enabled,
      } as Partial<z.output<typeof args>>,
      outputs: {},
    };
  },

  // The API accepts the same schedule twice.
  lookBeforeCreate: true,
  create: (at, values) => ({
    method: "POST",
    path: collection(at),
    body: {
      type: "pipeline_schedule",
      enabled: values.enabled,
      cron_pattern: values.cronPattern,
      target: {
        type: "pipeline_ref_target",
        ref_type: "branch",
        ref_name: values.branch,
        selector: values.selector ?? { type: "branches", pattern: values.branch },
      },
    },
  }),
  update: (at, id, values) => ({
    method: "PUT",
    path: item(at, id),
    body: { type: "pipeline_schedule", enabled: values.enabled },
  }),
  afterWrite: (at, id, values, previous) =>
    previous || values.enabled
      ? []
      : [{ method: "PUT", path: item(at, id), body: { type: "pipeline_schedule", enabled: false } }],
  // A create takes every schedule as enabled.
  createDefaults: { enabled: true },
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  serverDefaults: ({ branch }) => ({ selector: { type: "branches", pattern: branch } }),
  onImport: {
    name({ args }) {
      const { pattern } = (args.selector ?? {}) as { pattern?: string };
      return plainName(
        [pattern === args.branch ? undefined : pattern, args.branch].filter(Boolean).join(" "),
      );
    },
  },
  severity: {
    missing: "medium",
    extra: "medium",
    recreated: "low",
    fields: { enabled: "medium", branch: "medium", selector: "medium", cronPattern: "medium" },
  },
  // They are behind a button of the page of pipelines.
  settingsPage: { repository: "/pipelines" },
  terraform: { drFaust92: ["pipeline_schedule"] },
});

function selectorOf(value: unknown): unknown {
  const { type, pattern } = z
    .object({ type: z.string(), pattern: z.string().optional() })
    .catch({ type: "branches" })
    .parse(value);
  return type === "branches" ? "branches" : [type, pattern];
}

function collection(at: Location): string {
  return `${repositoryPath(at)}/pipelines_config/schedules`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}
