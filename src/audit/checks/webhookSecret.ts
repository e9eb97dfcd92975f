import type { AuditCheck } from "./shared/check";
import type { View } from "./shared/views";
import { secretName, webhookProblems } from "./shared/webhooks";

export const webhookSecret: AuditCheck = {
  id: "webhook-secret",
  title: "Webhook without a secret",
  area: "webhooks",
  severity: "medium",
  why: "The receiver cannot verify that a request comes from Bitbucket, so anyone can trigger its builds and deployments.",
  fix: "Set a secret, and verify the signature in the receiver.",
  benchmarks: [
    { source: "CIS", id: "1.4.4" },
    { source: "Scorecard", id: "Webhooks" },
  ],
  needs: ["webhooks"],
  workspace: (view) => problems(view),
  repository: (view) => problems(view),
};

function problems(view: View) {
  return webhookProblems(view, (_args, webhook) =>
    webhook.found.outputs.secretSet === false
      ? {
          message: "is sent without a signature: it has no secret",
          remedy: { set: webhook, fields: { secret: { fromEnv: secretName(view, webhook) } } },
        }
      : undefined,
  );
}
