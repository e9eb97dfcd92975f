import { z } from "zod";
import { apiPath, type Scopes } from "../bitbucket";
import { adopt, isSameUrl, line, plainUrl, publicUrl, uuidFromId } from "./fields";
import { defineKind, type Location, type WriteRequest } from "./kind";
import { hostIn, titleIn } from "./names";
import { repositoryPath, workspacePath } from "./paths";
import { type FieldDifference, type Severity, whenLiveIs } from "./severity";
import { webhookEvents } from "./webhookEvents";

const body = z.object({
  uuid: z.string(),
  url: z.string(),
  description: z.string().nullish(),
  active: z.boolean(),
  events: z.array(z.string()),
  secret_set: z.boolean().optional(),
  skip_cert_verification: z.boolean().optional(),
  history_enabled: z.boolean().optional(),
});

const args = z.object({
  url: publicUrl.meta({ description: "The URL that receives the events." }),
  description: line(255).default("").meta({ description: "The title shown in the settings." }),
  events: z
    .array(z.enum(webhookEvents))
    .min(1, "must name at least one event")
    .superRefine((events, context) => {
      const twice = events.findIndex((event, index) => events.indexOf(event) !== index);
      if (twice >= 0)
        context.addIssue({ code: "custom", path: [twice], message: `names ${events[twice]} a second time` });
    })
    // The server keeps no order.
    .transform((events) => [...events].sort())
    .meta({ description: "The events to send, in any order." }),
  active: z.boolean().default(true).meta({ description: "Whether events are sent." }),
  secret: z
    .string()
    .min(1, "must not be empty: omit it to keep the webhook's secret unchanged")
    .max(128, "must have at most 128 characters")
    .optional()
    .meta({
      secret: true,
      writeOnly: true,
      mustApply: true,
      description:
        "Signs the requests. The API never returns it. If omitted, the webhook's secret stays unchanged.",
    }),
  skipCertVerification: z.boolean().default(false).meta({
    mustApply: true,
    description: "Whether to send to servers with an invalid certificate.",
  }),
  historyEnabled: z.boolean().optional().meta({
    serverChosen: true,
    description: "Whether Bitbucket keeps a history of requests and responses.",
  }),
  adopt,
});

/** A webhook of a repository, or, without one, of the whole workspace. */
export const webhook = defineKind({
  name: "Webhook",
  title: "webhook",
  summary: "A webhook of a repository, or of the whole workspace.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-webhooks/",
  parents: ["repository", "workspace"],
  naturalKey: ["url"],
  identity: (args) => plainUrl(String(args.url)),
  args,
  outputs: z.object({
    uuid: z.string().meta({ description: "The UUID." }),
    secretSet: z.boolean().meta({ description: "Whether it has a secret." }),
  }),
  derived: uuidFromId,
  yaml: {
    section: "webhooks",
    form: "map",
    nameField: "description",
    example: [
      "webhooks:",
      "  ci:",
      "    url: https://ci.example.com/bitbucket",
      "    events: [repo:push, pullrequest:created]",
      "    secret: { fromEnv: CI_WEBHOOK_SECRET }",
    ].join("\n"),
  },

  equivalent: { url: isSameUrl },
  stillHolds: (field, found) => field !== "secret" || found.outputs.secretSet !== false,
  warn: ({ events }) => {
    const issues = events.filter((event) => event.startsWith("issue:"));
    if (issues.length === 0) return [];
    const message = `names ${issues.join(", ")}, which are never sent: Bitbucket removed issue trackers on 2026-08-20`;
    return [{ path: ["events"], message }];
  },

  source: {
    collection: (at) => ({
      path: collection(at),
      fields: "uuid,url,description,active,events,secret_set,skip_cert_verification,history_enabled",
    }),
    item,
  },
  parse(value) {
    const found = body.parse(value);
    return {
      id: found.uuid,
      args: {
        url: found.url,
        description: found.description ?? "",
        // Events that this version does not know show up as drift, not as an error.
        events: [...found.events].sort() as (typeof webhookEvents)[number][],
        active: found.active,
        skipCertVerification: found.skip_cert_verification ?? false,
        ...(found.history_enabled === undefined ? {} : { historyEnabled: found.history_enabled }),
      },
      // If the answer does not say so, nothing is known of the secret.
      outputs: found.secret_set === undefined ? {} : { secretSet: found.secret_set },
    };
  },

  // The API accepts a second webhook with the same URL.
  lookBeforeCreate: true,
  scopesDependOn: ["events"],
  create: (at, args) => ({ method: "POST", path: collection(at), ...writeWebhook(args) }),
  update: (at, id, args) => ({ method: "PUT", path: item(at, id), ...writeWebhook(args) }),
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  serverDefaults: () => ({ historyEnabled: false }),
  onImport: { name: ({ args }) => titleIn(args.description) ?? hostIn(args.url) },
  severity: {
    missing: "medium",
    // It sends what happens in the repository to somebody.
    extra: "high",
    recreated: "medium",
    fields: {
      url: ofUrl,
      secret: "high",
      skipCertVerification: whenLiveIs(true, "critical"),
      active: "medium",
      events: "medium",
    },
  },
  settingsPage: { repository: "/admin/webhooks", workspace: "/webhooks" },
  terraform: { drFaust92: ["hook", "workspace_hook"], zahiar: ["webhook"] },
});

function collection(at: Location): string {
  return `${at.repository ? repositoryPath(at) : workspacePath(at)}/hooks`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}

/** Where the events go, and whether others can read them on the way. */
function ofUrl({ expected, live }: FieldDifference): Severity {
  if (typeof expected !== "string" || typeof live !== "string") return "high";
  if (!URL.canParse(expected) || !URL.canParse(live)) return "critical";
  const [before, after] = [new URL(expected), new URL(live)];
  if (before.host !== after.host) return "critical";
  return before.protocol === "https:" && after.protocol !== "https:" ? "critical" : "high";
}

/**
 * "This call requires the webhook scope, as well as any scope that applies to the events that the webhook subscribes
 * to": https://developer.atlassian.com/cloud/bitbucket/rest/api-group-webhooks/
 */
function scopesOfEvents(events: readonly string[]): Scopes {
  const subjects = [...new Set(events.map((event) => event.split(":")[0]))];
  const legacy = subjects.map((subject) => (subject === "repo" ? "repository" : String(subject)));
  return { granular: legacy.map((scope) => `read:${scope}:bitbucket`), legacy };
}

function writeWebhook(values: z.output<typeof args>): Pick<WriteRequest, "body" | "furtherScopes"> {
  return { body: toBody(values), furtherScopes: scopesOfEvents(values.events) };
}

/** Without a secret in it, an update leaves the secret as it is: null or "" would remove it. */
function toBody(values: z.output<typeof args>): unknown {
  return {
    url: values.url,
    description: values.description,
    active: values.active,
    events: values.events,
    skip_cert_verification: values.skipCertVerification,
    ...(values.historyEnabled === undefined ? {} : { history_enabled: values.historyEnabled }),
    ...(values.secret === undefined ? {} : { secret: values.secret }),
  };
}
