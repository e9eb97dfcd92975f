import type { Sample } from "./sample";

export const sample: Sample = {
  args: () => ({ branchingModel: true, defaultMergeStrategy: false, branchRestrictions: false }),
  changes: { branchingModel: false, defaultMergeStrategy: true, branchRestrictions: true },
};
