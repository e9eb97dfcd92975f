import { answer, type Probe } from "../probe";

function hook(url: string, events: readonly string[]): unknown {
  return { url, description: "", active: false, events };
}

export const webhookUnresolvedUrl: Probe = {
  id: "webhook-unresolved-url",
  question: "Is a webhook to a host that does not resolve refused?",
  async run(ask) {
    const seen = await ask.post(
      `${await ask.repository({ empty: true })}/hooks`,
      hook("https://hooks.invalid/hook", ["repo:push"]),
    );
    return answer(seen.status === 400, [seen]);
  },
};
