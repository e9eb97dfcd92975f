import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ cronPattern: `0 0 ${index} * * ? *`, branch: "main" }),
  changes: { enabled: false },
  replaces: {
    cronPattern: "0 30 4 * * ? *",
    branch: "develop",
    selector: { type: "custom", pattern: "nightly" },
  },
};
