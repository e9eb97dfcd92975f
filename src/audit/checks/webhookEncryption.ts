import type { AuditCheck } from "./shared/check";
import type { View } from "./shared/views";
import { hostOf, webhookProblems } from "./shared/webhooks";

export const webhookEncryption: AuditCheck = {
  id: "webhook-encryption",
  title: "Webhook without TLS",
  area: "webhooks",
  severity: "high",
  why: "Everybody on the way reads what happens in the repository, and can change it.",
  fix: "Send it to an https:// address.",
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
