import type { Sample } from "./sample";

export const sample: Sample = {
  args: () => ({
    development: { name: "develop" },
    production: { name: "main" },
    branchTypes: [{ kind: "feature", prefix: "feature/" }],
    defaultBranchDeletion: false,
  }),
  changes: {
    development: { useMainBranch: true },
    production: { enabled: false },
    branchTypes: [
      { kind: "feature", prefix: "f/" },
      { kind: "hotfix", enabled: false },
    ],
    defaultBranchDeletion: true,
  },
};
