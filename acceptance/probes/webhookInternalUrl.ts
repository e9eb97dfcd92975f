import { answer, type Probe } from "../probe";

function hook(url: string, events: readonly string[]): unknown {
  return { url, description: "", active: false, events };
}

export const webhookInternalUrl: Probe = {
  id: "webhook-internal-url",
  question: "Is a webhook to an internal address refused?",
  async run(ask) {
    const seen = await ask.post(
      `${await ask.repository({ empty: true })}/hooks`,
      hook("http://127.0.0.1/hook", ["repo:push"]),
    );
    return answer(seen.status === 400, [seen]);
  },
};
