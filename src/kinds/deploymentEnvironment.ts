import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line, uuidFromId } from "./fields";
import { defineKind, type Location } from "./kind";
import { repositoryPath } from "./paths";
import { whenLiveIs } from "./severity";

const types = ["Test", "Staging", "Production"] as const;

const body = z.object({
  uuid: z.string(),
  name: z.string(),
  environment_type: z.object({ name: z.string(), rank: z.number().optional() }).optional(),
  restrictions: z.object({ admin_only: z.boolean() }).nullish(),
});

/** An environment that Pipelines deploys to; its variables belong to it. */
export const deploymentEnvironment = defineKind({
  name: "DeploymentEnvironment",
  title: "deployment environment",
  summary: "An environment that Pipelines deploys to. Variables can belong to it.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-deployments/",
  parents: ["repository"],
  parentRole: "environment",
  naturalKey: ["name"],
  args: z.object({
    name: line(255)
      .min(1, "must not be empty")
      .meta({ description: "The name. Changing it renames it in place." }),
    type: z
      .enum(types)
      .meta({ immutable: true, description: "Its stage: `Test`, `Staging` or `Production`." }),
    adminOnly: z
      .boolean()
      .default(false)
      .meta({ mustApply: true, description: "Whether only admins of the repository can deploy to it." }),
    adopt,
  }),
  outputs: z.object({ uuid: z.string().meta({ description: "The UUID." }) }),
  derived: uuidFromId,
  yaml: {
    section: "environments",
    form: "map",
    nameField: "name",
    shorthand: "type",
    example: ["environments:", "  Production EU:", "    type: Production", "    adminOnly: true"].join("\n"),
  },

  source: {
    collection: (at) => ({ path: collection(at) }),
    item: (at, id) => collection(at) + apiPath`/${id}`,
  },
  parse(value) {
    const found = body.parse(value);
    const type = types.find((known) => known === found.environment_type?.name);
    return {
      id: found.uuid,
      args: {
        name: found.name,
        ...(type ? { type } : {}),
        adminOnly: found.restrictions?.admin_only ?? false,
      },
      outputs: {},
    };
  },

  create: (at, args) => ({
    method: "POST",
    path: collection(at),
    body: {
      type: "deployment_environment",
      name: args.name,
      environment_type: { type: "deployment_environment_type", name: args.type },
    },
  }),
  // The API has no PUT: every change is a POST to `changes`, after the create as well.
  afterWrite(at, id, args, previous) {
    const before = { name: previous ? previous.name : args.name, adminOnly: previous?.adminOnly ?? false };
    if (before.name === args.name && before.adminOnly === args.adminOnly) return [];
    return [
      {
        method: "POST",
        repeatable: true,
        path: `${collection(at) + apiPath`/${id}`}/changes`,
        body: {
          change: {
            name: args.name,
            restrictions: { type: "deployment_restrictions_configuration", admin_only: args.adminOnly },
          },
        },
      },
    ];
  },
  createDefaults: { adminOnly: false },
  delete: (at, id) => ({ method: "DELETE", path: collection(at) + apiPath`/${id}` }),

  onImport: {
    // In the order of a release.
    order: { field: "type", values: types },
  },
  severity: {
    missing: "high",
    extra: "low",
    recreated: "high",
    fields: { adminOnly: whenLiveIs(false, "critical", "medium"), type: "high", name: "medium" },
  },
  settingsPage: { repository: "/admin/pipelines/deployment-settings" },
  terraform: { drFaust92: ["deployment"], zahiar: ["deployment"] },
});

function collection(at: Location): string {
  return `${repositoryPath(at)}/environments`;
}
