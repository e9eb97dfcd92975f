import { answer, type Probe } from "../probe";

function hook(url: string, events: readonly string[]): unknown {
  return { url, description: "", active: false, events };
}

export const webhookEventTwice: Probe = {
  id: "webhook-event-twice",
  question: "Is a webhook that names an event twice refused?",
  async run(ask) {
    const seen = await ask.post(
      `${await ask.repository({ empty: true })}/hooks`,
      hook(ask.scratch.names.url("twice"), ["repo:push", "repo:push"]),
    );
    return answer(seen.status === 400, [seen]);
  },
};
