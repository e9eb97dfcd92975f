import { answer, type Probe } from "../probe";

export const retryAfter: Probe = {
  id: "retry-after",
  question: "Does a 429 carry `Retry-After`?",
  async run(ask) {
    const seen = ask.seen.filter(({ status }) => status === 429).slice(-3);
    if (seen.length === 0)
      return { verdict: "not-possible", evidence: [], note: "no 429 was seen: none is provoked" };
    return answer(
      seen.every(({ headers }) => headers["retry-after"] !== undefined),
      seen,
      { headers: ["retry-after", "content-type"] },
    );
  },
};
