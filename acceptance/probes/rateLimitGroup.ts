import { evidence, type Probe } from "../probe";

export const rateLimitGroup: Probe = {
  id: "rate-limit-group",
  question: "Is the rate limit's group of /repositories/* called `api`?",
  async run(ask) {
    const seen = await ask.get(await ask.repository());
    const name = "x-ratelimit-resource";
    const shown = [evidence(seen, { headers: [name] })];
    if (seen.headers[name] === undefined)
      return { verdict: "not-possible", evidence: shown, note: "this credential's answers do not tell" };
    return { verdict: seen.headers[name] === "api" ? "yes" : "no", evidence: shown };
  },
};
