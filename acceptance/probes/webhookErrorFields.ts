import { answer, fieldOf, type Probe } from "../probe";

function hook(url: string, events: readonly string[]): unknown {
  return { url, description: "", active: false, events };
}

export const webhookErrorFields: Probe = {
  id: "webhook-error-fields",
  question: "Is `error.fields` of the webhook service an array?",
  async run(ask) {
    const seen = await ask.post(
      `${await ask.repository({ empty: true })}/hooks`,
      hook("not a URL", ["no:event"]),
    );
    return answer(Array.isArray(fieldOf(seen.body, "error.fields")), [seen], { fields: ["error.fields"] });
  },
};
