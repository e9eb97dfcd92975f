import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ name: `Sample ${index}`, type: "Staging" }),
  changes: { name: "Renamed", adminOnly: true },
  replaces: { type: "Test" },
};
