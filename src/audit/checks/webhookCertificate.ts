import type { AuditCheck } from "./shared/check";
import type { View } from "./shared/views";
import { webhookProblems } from "./shared/webhooks";

export const webhookCertificate: AuditCheck = {
  id: "webhook-certificate",
  title: "Webhook without certificate verification",
  area: "webhooks",
  severity: "high",
  why: "Anyone who can intercept the connection can receive the webhook's requests.",
  fix: "Use a certificate that can be verified, and enable certificate verification.",
  benchmarks: [{ source: "CIS", id: "1.4.4" }],
  needs: ["webhooks"],
  workspace: (view) => problems(view),
  repository: (view) => problems(view),
};

function problems(view: View) {
  return webhookProblems(view, ({ skipCertVerification }, webhook) =>
    skipCertVerification === true
      ? {
          message: "is sent without a check of the certificate",
          remedy: { set: webhook, fields: { skipCertVerification: false } },
        }
      : undefined,
  );
}
