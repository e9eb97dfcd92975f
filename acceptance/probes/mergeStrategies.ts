import { answer, fieldOf, type Probe } from "../probe";

export const mergeStrategies: Probe = {
  id: "merge-strategies",
  question: "Does a branch carry `merge_strategies` and `default_merge_strategy`?",
  async run(ask) {
    const seen = await ask.get(`${await ask.repository()}/refs/branches/main`);
    const fields = ["merge_strategies", "default_merge_strategy"];
    return answer(
      fields.every((field) => fieldOf(seen.body, field) !== undefined),
      [seen],
      { fields },
    );
  },
};
