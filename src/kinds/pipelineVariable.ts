import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, uuidFromId } from "./fields";
import { defineKind, type Location } from "./kind";
import { environmentPath, repositoryPath, workspacePath } from "./paths";
import { whenLiveIs } from "./severity";

const body = z.object({
  uuid: z.string(),
  key: z.string(),
  value: z.string().nullish(),
  secured: z.boolean().default(false),
});

/** A variable that Pipelines gives to builds of a workspace, a repository or a deployment environment. */
export const pipelineVariable = defineKind({
  name: "PipelineVariable",
  title: "pipeline variable",
  summary: "A variable for builds in Pipelines: of a workspace, a repository or a deployment environment.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/",
  parents: ["environment", "repository", "workspace"],
  naturalKey: ["key"],
  args: z.object({
    key: z
      .string()
      .max(255, "must have at most 255 characters")
      .regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        "must contain only letters, digits and underscores, and not start with a digit",
      )
      .meta({ description: "The name. Changing it renames the variable in place." }),
    value: z
      .string()
      .max(32768, "must have at most 32768 characters")
      .meta({
        secret: true,
        impliedBySecret: { secured: true },
        description: "The value. If `secured` is true, the API never returns it.",
      }),
    secured: z.boolean().default(false).meta({
      mustApply: true,
      description:
        "Whether the value is hidden in logs and never returned. In YAML it is true for a secret reference.",
    }),
    adopt,
  }),
  outputs: z.object({ uuid: z.string().meta({ description: "The UUID." }) }),
  derived: uuidFromId,
  // Where it is not known yet whether the value is secured, it is treated as if it were.
  secretFields: (args) => (args.secured === false || args.secured === undefined ? [] : ["value"]),
  yaml: {
    section: "variables",
    form: "map",
    nameField: "key",
    shorthand: "value",
    example: ["variables:", "  LOG_LEVEL: info", "  DEPLOY_TOKEN: { fromEnv: DEPLOY_TOKEN }"].join("\n"),
  },

  source: {
    collection: (at) => ({ path: collection(at), fields: "uuid,key,value,secured" }),
    // A deployment variable has no GET of its own.
    item: (at, id) => (at.environment ? undefined : item(at, id)),
  },
  parse(value) {
    const found = body.parse(value);
    return {
      id: found.uuid,
      args: {
        key: found.key,
        secured: found.secured,
        ...(found.secured ? {} : { value: found.value ?? "" }),
      },
      outputs: {},
    };
  },

  create: (at, args) => ({ method: "POST", path: collection(at), body: toBody(args) }),
  update: (at, id, args) => ({ method: "PUT", path: item(at, id), body: { uuid: id, ...toBody(args) } }),
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  severity: {
    missing: "medium",
    extra: "medium",
    // Its value may be any other.
    recreated: "high",
    fields: { secured: whenLiveIs(false, "critical", "medium"), value: "medium", key: "medium" },
  },
  settingsPage: {
    repository: ({ environment }) =>
      environment === undefined
        ? "/admin/pipelines/repository-variables"
        : "/admin/pipelines/deployment-settings",
    workspace: "/addon/admin/pipelines/account-variables",
  },
  terraform: {
    drFaust92: ["workspace_variable", "repository_variable", "deployment_variable"],
    zahiar: ["pipeline_variable", "deployment_variable"],
  },
});

/** The three families differ in path: a workspace's has a hyphen where a repository's has an underscore. */
function collection(at: Location): string {
  if (at.environment) return `${environmentPath(at)}/variables`;
  if (at.repository) return `${repositoryPath(at)}/pipelines_config/variables`;
  return `${workspacePath(at)}/pipelines-config/variables`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}

function toBody(args: { key: string; value: string; secured: boolean }) {
  return { key: args.key, value: args.value, secured: args.secured };
}
