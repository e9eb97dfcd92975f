import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ kind: "push", pattern: `release/${index}`, groups: ["developers"] }),
  changes: { pattern: "other/*", users: ["alice"], groups: ["administrators", "developers"] },
  elsewhere: { value: "branchRestriction.test.ts", branchType: "branchRestriction.test.ts" },
  replaces: { kind: "restrict_merges" },
};
