import picomatch from "picomatch";
import type { AuditCheck } from "./shared/check";
import type { AuditSettings } from "./shared/settings";
import type { View } from "./shared/views";
import { hostOf, webhookProblems } from "./shared/webhooks";

export const webhookHost: AuditCheck = {
  id: "webhook-host",
  title: "Webhook to an unknown host",
  area: "webhooks",
  severity: "high",
  why: "The webhook sends the repository's events to a host that is not on the list.",
  fix: "Delete the webhook, or add its host to the list.",
  benchmarks: [],
  needs: ["webhooks"],
  skip: ({ webhookHosts }) =>
    webhookHosts === undefined
      ? "name the hosts that webhooks may be sent to with --webhook-hosts"
      : undefined,
  workspace: (view, settings) => problems(view, settings),
  repository: (view, settings) => problems(view, settings),
};

function problems(view: View, { webhookHosts = [] }: AuditSettings) {
  const isKnown = picomatch([...webhookHosts], { nocase: true });
  return webhookProblems(view, ({ url }) => {
    const host = hostOf(url);
    return host !== undefined && isKnown(host)
      ? undefined
      : { message: `is sent to ${host ?? "an address that is no URL"}, which is not on the list` };
  });
}
