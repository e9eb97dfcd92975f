/** What the checks of webhooks have in common. */
import { escapeUnprintable } from "../../../bitbucket/printable";
import type { SurveyedObject } from "../../../live";
import type { Problem } from "./check";
import type { View } from "./views";

/** A problem of each webhook that has it. */
export function webhookProblems(
  { webhooks }: View,
  look: (
    args: Readonly<Record<string, unknown>>,
    webhook: SurveyedObject,
  ) => Omit<Problem, "subject"> | undefined,
): readonly Problem[] {
  return webhooks.flatMap((webhook) => {
    const problem = look(webhook.found.args, webhook);
    return problem === undefined ? [] : [{ subject: webhookName(webhook), object: webhook, ...problem }];
  });
}

/** By its title, or its host. The path of a URL may hold a token: it is not shown. */
function webhookName({ found: { args, id } }: SurveyedObject): string {
  const title = typeof args.description === "string" ? args.description : "";
  return `webhook ${escapeUnprintable(title || hostOf(args.url) || id)}`;
}

export function hostOf(url: unknown): string | undefined {
  return typeof url === "string" && URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** The environment variable that the secret is to be in: `GATEWAY_CI_WEBHOOK_SECRET`. */
export function secretName(view: View, webhook: SurveyedObject): string {
  const words = [
    view.level === "repository" ? view.slug : "",
    String(webhook.found.args.description || hostOf(webhook.found.args.url) || ""),
    "webhook secret",
  ];
  return words
    .join(" ")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .replace(/^(?=\d)/, "_");
}
