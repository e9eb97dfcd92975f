import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ key: `SAMPLE_${index}`, value: "one" }),
  changes: { key: "RENAMED", value: "two", secured: true },
};
