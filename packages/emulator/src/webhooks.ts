/** Webhooks of repositories and of workspaces. */
import { allowWorkspaceAdmin, checkEventScopes } from "./access";
import { isInternal } from "./addresses";
import { Refusal } from "./errors";
import type { Call, Route } from "./server";
import {
  apiLink,
  readFlag,
  readText,
  recordLocation,
  renderRepositoryName,
  renderWorkspaceName,
  repositoryPath,
  requireRepository,
  requireVisible,
  requireWorkspace,
} from "./shared";
import { type Item, newUuid } from "./state";

const events: Readonly<Record<string, readonly string[]>> = {
  issue: ["comment_created", "created", "updated"],
  pipeline: ["span_created"],
  project: ["updated"],
  pullrequest: [
    "approved",
    "changes_request_created",
    "changes_request_removed",
    "comment_created",
    "comment_deleted",
    "comment_reopened",
    "comment_resolved",
    "comment_updated",
    "created",
    "fulfilled",
    "push",
    "rejected",
    "unapproved",
    "updated",
  ],
  repo: [
    "commit_comment_created",
    "commit_status_created",
    "commit_status_updated",
    "created",
    "deleted",
    "fork",
    "imported",
    "push",
    "transfer",
    "updated",
  ],
};

const known = Object.entries(events).flatMap(([subject, names]) => names.map((name) => `${subject}:${name}`));

interface Hook extends Item {
  url: string;
  description: string;
  active: boolean;
  events: string[];
  secret: string;
  skip_cert_verification: boolean;
  history_enabled: boolean;
  created_at: string;
}

interface HookSubject {
  readonly type: "repository" | "workspace";
  readonly hooks: Map<string, Item>;
  readonly subject: unknown;
  /** The path of its webhooks, below the API's base. */
  readonly path: string;
}

export function addWebhookRoutes(route: Route): void {
  for (const [path, subjectOf] of [
    ["/repositories/{workspace}/{repo_slug}/hooks", ofRepository],
    ["/workspaces/{workspace}/hooks", ofWorkspace],
  ] as const) {
    route("GET", path, (call) => {
      const subject = subjectOf(call);
      return call.page(
        call.visible(subject.hooks.values()).map((hook) => render(call, subject, hook as Hook)),
      );
    });
    route("POST", path, (call) => {
      const subject = subjectOf(call);
      const hook = call.made(write(call, { uuid: newUuid(), created_at: call.now() } as Hook, true));
      subject.hooks.set(hook.uuid, hook);
      recordLocation(call, `${subject.path}/${encodeURIComponent(hook.uuid)}`);
      return render(call, subject, hook);
    });
    route("GET", `${path}/{uid}`, (call) => {
      const subject = subjectOf(call);
      return render(call, subject, one(call, subject));
    });
    route("PUT", `${path}/{uid}`, (call) => {
      const subject = subjectOf(call);
      return render(call, subject, write(call, one(call, subject), false));
    });
    route("DELETE", `${path}/{uid}`, (call) => {
      const subject = subjectOf(call);
      subject.hooks.delete(one(call, subject).uuid);
    });
  }
  route("GET", "/hook_events", (call) => ({
    repository: { links: { events: apiLink(call, "/hook_events/repository") } },
    workspace: { links: { events: apiLink(call, "/hook_events/workspace") } },
  }));
  route("GET", "/hook_events/{subject_type}", (call) =>
    call.page(
      known.map((event) => ({ event, category: event.split(":")[0], label: event, description: event })),
    ),
  );
}

function ofRepository(call: Call): HookSubject {
  const { workspace: owner, repository: found } = requireRepository(call, "admin");
  return {
    type: "repository",
    hooks: found.hooks,
    subject: renderRepositoryName(call, owner, found),
    path: `${repositoryPath(owner, found)}/hooks`,
  };
}

function ofWorkspace(call: Call): HookSubject {
  const owner = requireWorkspace(call);
  allowWorkspaceAdmin(call.principal, owner);
  return {
    type: "workspace",
    hooks: owner.hooks,
    subject: renderWorkspaceName(call, owner),
    path: `/workspaces/${owner.slug}/hooks`,
  };
}

function one(call: Call, subject: HookSubject): Hook {
  return requireVisible(call, subject.hooks.get(call.params.uid ?? ""), "Webhook not found") as Hook;
}

function write(call: Call, hook: Hook, fresh: boolean): Hook {
  const url = readText(call, "url", fresh ? "" : hook.url);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw refuseField("url", url === "" ? 'Required field: "url" is not present' : "Enter a valid URL.");
  if (!call.habits.internalWebhooks && isInternal(new URL(url).hostname))
    throw refuseField("url", "The URL must be resolvable and must not be internal.");
  const wanted = call.body.events ?? (fresh ? undefined : hook.events);
  if (!Array.isArray(wanted) || wanted.length === 0)
    throw refuseField("events", 'Required field: "events" is not present');
  const wrong = wanted.find((event) => !known.includes(String(event)));
  if (wrong !== undefined) throw refuseField("events", `"${wrong}" is not a valid choice.`);
  if (new Set(wanted).size < wanted.length) throw refuseField("events", "Duplicate events are not allowed.");
  checkEventScopes(call.principal, wanted);
  const secret = secretOf(call, fresh ? "" : hook.secret);
  return Object.assign(hook, {
    // A missing path is added, or not: https://github.com/ktrysmt/go-bitbucket/pull/170 shows it unchanged.
    url: call.habits.keepWebhookUrls || new URL(url).pathname !== "/" ? url : new URL(url).href,
    description: readText(call, "description", fresh ? "" : hook.description),
    active: readFlag(call, "active", fresh ? false : hook.active),
    // In the service's own order.
    events: known.filter((event) => wanted.includes(event)).reverse(),
    secret,
    skip_cert_verification: readFlag(
      call,
      "skip_cert_verification",
      fresh ? false : hook.skip_cert_verification,
    ),
    history_enabled: readFlag(call, "history_enabled", fresh ? false : hook.history_enabled),
  });
}

/** The webhook service names fields in a list of texts. https://github.com/ovh/cds/issues/6292 */
function refuseField(field: string, message: string): Refusal {
  return new Refusal(400, "Bad request", { fields: [`Field: {${field}} Error: {${message}}`] });
}

/** If omitted, it stays; null and "" remove it. */
function secretOf(call: Call, before: string): string {
  if (!("secret" in call.body)) return before;
  const secret = call.body.secret ?? "";
  if (typeof secret !== "string" || secret.length > 128)
    throw refuseField("secret", "Ensure this field has no more than 128 characters.");
  return secret;
}

function render(call: Call, subject: HookSubject, hook: Hook): unknown {
  const { secret, ...shown } = hook;
  return {
    type: "webhook_subscription",
    ...shown,
    secret_set: secret !== "",
    subject_type: subject.type,
    subject: subject.subject,
    links: { self: apiLink(call, `${subject.path}/${encodeURIComponent(hook.uuid)}`) },
  };
}
