import { z } from "zod";
import { apiPath } from "../bitbucket";
import { avatar, avatarLinks, avatarRules, readAvatarLinks, toAvatarBody } from "./avatar";
import { deletionField, refuseDeletion } from "./deletion";
import { adopt, description, line, uuidFromId } from "./fields";
import { defineKind, type Properties } from "./kind";
import { projectPath, workspacePath } from "./paths";
import { whenLiveIs } from "./severity";

const body = z.object({
  uuid: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  is_private: z.boolean(),
  has_publicly_visible_repos: z.boolean().optional(),
  links: avatarLinks,
});

/** A project: repositories are grouped in it. */
export const project = defineKind({
  name: "Project",
  title: "project",
  summary: "A project, which groups repositories.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/",
  parents: ["workspace"],
  parentRole: "project",
  naturalKey: ["key"],
  args: z.object({
    key: z
      .string()
      .max(128, "must have at most 128 characters")
      .regex(
        // "A-Z, a-z, 0-9, _": https://bitbucket.org/atlassian/migrate_bitbucket_server_to_bitbucket_cloud/issues/8
        /^[A-Za-z][A-Za-z0-9_]*$/,
        "must start with a letter, and contain only letters, digits and underscores",
      )
      .meta({ description: "The short key, such as `PLAT`. Changing it renames the key in place." }),
    name: line(128).min(1, "must not be empty").meta({ description: "The display name." }),
    description,
    isPrivate: z.boolean().default(true).meta({
      mustApply: true,
      description:
        "Whether only members of the workspace can see it. A private project contains only private repositories.",
    }),
    avatar,
    deletion: deletionField(["forbid", "allow"]),
    adopt,
  }),
  outputs: z.object({
    uuid: z.string().meta({ description: "The UUID, which never changes." }),
    hasPubliclyVisibleRepos: z.boolean().meta({ description: "Whether it contains a public repository." }),
  }),
  derived: uuidFromId,
  yaml: {
    section: "projects",
    form: "map",
    nameField: "key",
    example: [
      "projects:",
      "  PLAT:",
      "    name: Platform",
      "    description: What every team builds on",
    ].join("\n"),
  },

  ...avatarRules,
  refuseDelete: (state) => refuseDeletion("project", String(state.key), state),

  source: {
    collection: (at) => ({
      path: `${workspacePath(at)}/projects`,
      fields: "uuid,key,name,description,is_private,has_publicly_visible_repos,links.avatar.href",
    }),
    // It is asked for by its key: the document knows no UUID there.
    item: (at, _id, values) =>
      typeof values.key === "string" ? projectPath({ ...at, project: values.key }) : undefined,
  },
  parse(value) {
    const found = body.parse(value);
    return {
      id: found.uuid,
      args: {
        key: found.key,
        name: found.name,
        description: found.description ?? "",
        isPrivate: found.is_private,
        ...readAvatarLinks(found.links),
      },
      outputs: { hasPubliclyVisibleRepos: found.has_publicly_visible_repos ?? false },
    };
  },

  lookBeforeUpdate: true,
  create: (at, args) => ({ method: "POST", path: `${workspacePath(at)}/projects`, body: toBody(args) }),
  update: (at, _id, args, previous) => ({
    method: "PUT",
    path: projectPath({ ...at, project: String(previous.key) }),
    // A key in the body renames; without it the key stays.
    body: toBody(args, previous),
  }),
  delete: (at, _id, previous) => ({
    method: "DELETE",
    path: projectPath({ ...at, project: String(previous.key) }),
  }),
  // A repository counts for a while after its deletion: https://github.com/MunifTanjim/node-bitbucket/issues/86
  deletedEmpty: {
    refusal: /\brepositor(y|ies)\b/i,
    members: "repository",
    collection: (at, previous) => ({
      path: apiPath`/repositories/${at.workspace}`,
      fields: "slug,uuid",
      query: { q: `project.key="${String(previous.key)}"` },
    }),
    parse: (item) => {
      const { uuid, slug } = z.object({ uuid: z.string(), slug: z.string() }).parse(item);
      return { id: uuid, name: slug };
    },
  },

  // The live value can't be written as a file.
  serverDefaults: (args) => ({ avatar: args.avatar }),
  severity: {
    missing: "critical",
    extra: "low",
    recreated: "critical",
    fields: { isPrivate: whenLiveIs(false, "critical", "medium"), key: "medium" },
  },
  settingsPage: {},
  terraform: { drFaust92: ["project"], zahiar: ["project"] },
});

function toBody(
  args: { key: string; name: string; description: string; isPrivate: boolean; avatar?: string | undefined },
  previous: Properties = {},
): unknown {
  return {
    ...(args.key === previous.key ? {} : { key: args.key }),
    name: args.name,
    description: args.description,
    is_private: args.isPrivate,
    ...toAvatarBody(args.avatar, previous.avatar),
  };
}
