import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line, uuidFromId } from "./fields";
import { defineKind, type Location } from "./kind";
import { repositoryPath, workspacePath } from "./paths";

const body = z.object({
  uuid: z.string(),
  name: z.string(),
  labels: z.array(z.string()).default([]),
  state: z.object({ cordoned: z.boolean().nullish() }).nullish(),
  oauth_client: z.object({ id: z.string().nullish(), secret: z.string().nullish() }).nullish(),
});

/** A self-hosted runner of a repository, or, without one, of the whole workspace. */
export const runner = defineKind({
  name: "Runner",
  title: "runner",
  summary: "A self-hosted runner of a repository, or of the whole workspace.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/",
  parents: ["repository", "workspace"],
  dependsOnKinds: ["PipelinesConfig"],
  naturalKey: ["name"],
  args: z.object({
    name: line(50).min(1, "must not be empty").meta({ description: "The name." }),
    labels: z
      .array(line(50).min(1, "must not be empty"))
      .min(1, "must contain at least one label")
      .transform((labels) => [...new Set(labels)].sort())
      .meta({
        description: "The labels that a step requests with `runs-on`, such as `self.hosted` and `linux`.",
      }),
    cordoned: z.boolean().optional().meta({
      serverChosen: true,
      description: "Whether it stops accepting steps; steps in progress are completed.",
    }),
    adopt,
  }),
  outputs: z.object({
    uuid: z.string().meta({ description: "The UUID." }),
    oauthClientId: z
      .string()
      .optional()
      .meta({ writeOnly: true, description: "The OAuth client id of the runner." }),
    oauthClientSecret: z.string().optional().meta({
      secret: true,
      writeOnly: true,
      description: "Its secret, which the API returns only once. The state contains it encrypted.",
    }),
  }),
  derived: uuidFromId,
  yaml: {
    section: "runners",
    form: "map",
    nameField: "name",
    example: ["runners:", "  builder-1:", "    labels: [self.hosted, linux]"].join("\n"),
  },

  source: {
    collection: (at) => ({ path: collection(at), fields: "uuid,name,labels,state.cordoned,oauth_client.id" }),
    item,
  },
  parse(value) {
    const found = body.parse(value);
    return {
      id: found.uuid,
      args: {
        name: found.name,
        labels: [...found.labels].sort(),
        ...(typeof found.state?.cordoned === "boolean" ? { cordoned: found.state.cordoned } : {}),
      },
      outputs: {
        ...(found.oauth_client?.id ? { oauthClientId: found.oauth_client.id } : {}),
        ...(found.oauth_client?.secret ? { oauthClientSecret: found.oauth_client.secret } : {}),
      },
    };
  },

  // The API accepts a second runner with the same name.
  lookBeforeCreate: true,
  create: (at, args) => ({
    method: "POST",
    path: collection(at),
    body: { name: args.name, labels: args.labels },
  }),
  update: (at, id, args) => ({ method: "PUT", path: item(at, id), body: toBody(args) }),
  afterWrite: (at, id, args, previous) =>
    previous || args.cordoned !== true ? [] : [{ method: "PUT", path: item(at, id), body: toBody(args) }],
  // A new one takes steps: whether it may is a matter of its state, which comes about on creation.
  createDefaults: { cordoned: false },
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  serverDefaults: () => ({ cordoned: false }),
  // A runner gets the code and the secrets of the builds that it takes.
  severity: {
    missing: "medium",
    extra: "critical",
    recreated: "critical",
    fields: { labels: "high", name: "medium" },
  },
  settingsPage: { repository: "/admin/pipelines/runners" },
  terraform: {},
});

/** The API's documentation describes no body: this is the part of the answer that can be chosen. */
function toBody(args: { name: string; labels: readonly string[]; cordoned?: boolean | undefined }) {
  const { name, labels, cordoned } = args;
  return { name, labels, ...(cordoned === undefined ? {} : { state: { cordoned } }) };
}

function collection(at: Location): string {
  return `${at.repository ? repositoryPath(at) : workspacePath(at)}/pipelines-config/runners`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}
