/** What the permissions of users and groups, on repositories and on projects, have in common. */
import { z } from "zod";
import { apiPath } from "../bitbucket";
import { UserError } from "../errors";
import { adopt } from "./fields";
import { defineKind, type Location } from "./kind";
import { projectPath, repositoryPath } from "./paths";
import type { SeverityRules } from "./severity";

const owners = {
  repository: {
    path: repositoryPath,
    documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/",
    levels: ["read", "write", "admin"] as const,
    page: "/admin/permissions",
    terraform: {
      user: { drFaust92: ["repository_user_permission"], zahiar: ["user_permission"] },
      group: { drFaust92: ["repository_group_permission"], zahiar: ["group_permission"] },
    },
  },
  project: {
    path: projectPath,
    documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/",
    levels: ["read", "write", "create-repo", "admin"] as const,
    page: "/permissions",
    terraform: {
      user: { drFaust92: ["project_user_permission"] },
      group: { drFaust92: ["project_group_permission"] },
    },
  },
};

/** From the least to the most. */
const levels = ["none", ...owners.project.levels];

const severity: SeverityRules = {
  missing: "medium",
  extra: (values) => (values.permission === "admin" ? "critical" : "high"),
  recreated: "low",
  fields: {
    permission: ({ expected, live }) => {
      if (levels.indexOf(String(live)) <= levels.indexOf(String(expected))) return "medium";
      return live === "admin" ? "critical" : "high";
    },
  },
};

const body = z.object({
  permission: z.string(),
  user: z.object({ uuid: z.string() }).nullish(),
  group: z.object({ slug: z.string() }).nullish(),
});

const user = z.string().min(1).meta({
  immutable: true,
  reference: "user",
  description: "The user: an account id, a UUID, or the nickname or e-mail address of a workspace member.",
});

const group = z
  .string()
  .regex(
    /^[a-z0-9_.-]+$/,
    "must be the group's slug: lower-case letters, digits, underscores, dashes and dots",
  )
  .meta({
    immutable: true,
    reference: "group",
    description:
      "The group's slug. Groups are created in Atlassian's administration: the API has no endpoint for them.",
  });

/** A permission of a user. */
export function userPermission<Owner extends keyof typeof owners>(owner: Owner) {
  return permission(owner, "user", z.object({ user, ...common(owner) }));
}

/** A permission of a group. */
export function groupPermission<Owner extends keyof typeof owners>(owner: Owner) {
  return permission(owner, "group", z.object({ group, ...common(owner) }));
}

function common<Owner extends keyof typeof owners>(owner: Owner) {
  return {
    permission: z
      .enum(owners[owner].levels as (typeof owners)[Owner]["levels"])
      .meta({ mustApply: true, description: "The permission level." }),
    allowLosingOwnAdmin: z.boolean().optional().meta({
      toolOption: true,
      description: "Allow a change that removes the admin permission of the credential's own user.",
    }),
    adopt,
  };
}

function requestsFor(owner: keyof typeof owners, holder: "user" | "group") {
  const collection = (at: Location) => `${owners[owner].path(at)}/permissions-config/${holder}s`;
  const item = (at: Location, id: string) => collection(at) + apiPath`/${id}`;
  const write = (at: Location, values: Readonly<Record<string, unknown>>) => ({
    method: "PUT" as const,
    path: item(at, String(values[holder])),
    body: { permission: values.permission },
  });
  return { collection, item, write };
}

function parsePermission<Args>(holder: "user" | "group", value: unknown) {
  const found = body.parse(value);
  const id = holder === "user" ? found.user?.uuid : found.group?.slug;
  if (id === undefined) throw new UserError(`the ${holder} is missing`);
  const args: Record<string, unknown> = { [holder]: id, permission: found.permission };
  return { id, args: args as Partial<Args>, outputs: {} };
}

function permission<Args extends z.ZodObject>(
  owner: keyof typeof owners,
  holder: "user" | "group",
  args: Args,
) {
  const of = owner === "repository" ? "Repository" : "Project";
  const name = `${of}${holder === "user" ? "User" : "Group"}Permission`;
  const { collection, item, write } = requestsFor(owner, holder);
  return defineKind({
    name,
    title: `${owner} permission of a ${holder}`,
    summary: `The permission of a ${holder} in a ${owner}, granted directly.`,
    documentation: owners[owner].documentation,
    parents: [owner],
    naturalKey: [holder],
    args,
    outputs: z.object({}),
    yaml: {
      section: `${holder}Permissions`,
      form: "map",
      nameField: holder,
      shorthand: "permission",
      example: `${holder}Permissions:\n  ${holder === "user" ? "bob@acme.example" : "developers"}: write`,
    },

    adminOf: (values) =>
      holder === "user" && values.permission === "admin" ? String(values.user) : undefined,

    source: {
      collection: (at) => ({
        path: collection(at),
        fields: `permission,${holder}.${holder === "user" ? "uuid" : "slug"}`,
      }),
      item,
      idIsKey: true,
    },
    parse: (value) => parsePermission<z.output<Args>>(holder, value),
    isTombstone: (found) => found.args.permission === "none",

    canExpire: true,
    lookBeforeCreate: true,
    create: write,
    update: (at, _id, values) => write(at, values),
    delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

    severity,
    settingsPage: { [owner]: owners[owner].page },
    terraform: owners[owner].terraform[holder],
  });
}
