import { answer, type Probe } from "../probe";

export const rateLimitHeaders: Probe = {
  id: "rate-limit-headers",
  question: "Do answers to this kind of credential carry `X-RateLimit-*` headers?",
  async run(ask) {
    const seen = await ask.get(await ask.repository());
    const headers = ["x-ratelimit-limit", "x-ratelimit-resource", "x-ratelimit-nearlimit"];
    return answer(
      headers.every((name) => seen.headers[name] !== undefined),
      [seen],
      { headers },
    );
  },
};
