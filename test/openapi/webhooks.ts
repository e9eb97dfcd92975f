/** Webhooks of repositories and of workspaces, and their events. */
import { links } from "./common";
import { collection, gap, nothing } from "./operation";
import { choice, flag, link, list, named, nullable, object, ref, text, time, uuid } from "./schema";

const event = choice(
  "issue:comment_created",
  "issue:created",
  "issue:updated",
  "pipeline:span_created",
  "project:updated",
  "pullrequest:approved",
  "pullrequest:changes_request_created",
  "pullrequest:changes_request_removed",
  "pullrequest:comment_created",
  "pullrequest:comment_deleted",
  "pullrequest:comment_reopened",
  "pullrequest:comment_resolved",
  "pullrequest:comment_updated",
  "pullrequest:created",
  "pullrequest:fulfilled",
  "pullrequest:push",
  "pullrequest:rejected",
  "pullrequest:unapproved",
  "pullrequest:updated",
  "repo:commit_comment_created",
  "repo:commit_status_created",
  "repo:commit_status_updated",
  "repo:created",
  "repo:deleted",
  "repo:fork",
  "repo:imported",
  "repo:push",
  "repo:transfer",
  "repo:updated",
);

const written = {
  description: text,
  url: link,
  active: flag,
  events: list(event, { minItems: 1 }),
  skip_cert_verification: flag,
  history_enabled: flag,
  secret: nullable({ type: "string", maxLength: 128 } as const),
} as const;

export const schemas = {
  webhook_subscription: object({
    type: named("webhook_subscription"),
    uuid,
    url: link,
    description: text,
    active: flag,
    created_at: time,
    events: list(event, { minItems: 1 }),
    secret_set: flag,
    skip_cert_verification: flag,
    history_enabled: flag,
    subject_type: choice("repository", "workspace"),
    subject: { anyOf: [ref("repository_reference"), ref("workspace_reference")] },
    links: links("self"),
  }),
  hook_event: object({ event, category: text, label: text, description: text }),
  subject_types: object({
    repository: object({ links: object({ events: object({ href: link }) }) }),
    workspace: object({ links: object({ events: object({ href: link }) }) }),
  }),
} as const;

const { url, events, ...others } = written;
const all = {
  get: collection(ref("webhook_subscription")),
  post: { body: object({ url, events }, others), 201: ref("webhook_subscription") },
} as const;
const one = {
  get: { 200: ref("webhook_subscription") },
  put: { body: object({}, written), 200: ref("webhook_subscription") },
  delete: { 204: nothing },
} as const;

export const paths = {
  "/repositories/{workspace}/{repo_slug}/hooks": all,
  "/repositories/{workspace}/{repo_slug}/hooks/{uid}": one,
  "/workspaces/{workspace}/hooks": all,
  "/workspaces/{workspace}/hooks/{uid}": one,
  "/hook_events": { get: { 200: ref("subject_types") } },
  "/hook_events/{subject_type}": { get: collection(ref("hook_event")) },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "webhook_subscription.links": "told of in the document's examples",
  "webhook_subscription.skip_cert_verification": gap,
  "webhook_subscription.history_enabled": gap,
} as const;
