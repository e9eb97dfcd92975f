import { evidence, isOk, type Probe } from "../probe";

export const premiumRestriction: Probe = {
  id: "premium-restriction",
  question: "Does this workspace's plan take `enforce_merge_checks`?",
  async run(ask) {
    const seen = await ask.post(`${await ask.repository({})}/branch-restrictions`, {
      kind: "enforce_merge_checks",
      branch_match_kind: "glob",
      pattern: "main",
    });
    return { verdict: isOk(seen) ? "yes" : "no", evidence: [evidence(seen)] };
  },
};
