import type { Sample } from "./sample";

export const sample: Sample = {
  args: () => ({ enabled: true, nextBuildNumber: 10 }),
  changes: { enabled: false, nextBuildNumber: 100 },
};
