import type { AuditCheck } from "./shared/check";
import type { View } from "./shared/views";
import { hostOf, webhookProblems } from "./shared/webhooks";

export const webhookEncryption: AuditCheck = {
  id: "webhook-encryption",
  title: "Webhook without TLS",
  area: "webhooks",
  severity: "high",
  why: "Anyone on the network path can read and change the webhook's requests.",
  fix: "Use an https:// URL.",
  benchmarks: [{ source: "CIS", id: "1.4.4" }],
  needs: ["webhooks"],
  workspace: (view) => problems(view),
  repository: (view) => problems(view),
};

function problems(view: View) {
  return webhookProblems(view, ({ url }, webhook) =>
    typeof url === "string" && /^http:/i.test(url)
      ? {
          message: `is sent to ${hostOf(url)} without encryption`,
          remedy: { set: webhook, fields: { url: url.replace(/^http:/i, "https:") } },
        }
      : undefined,
  );
}
