import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ name: `release/${index}`, target: "main", deletion: "allow" }),
  changes: { deletion: "forbid" },
  replaces: { name: "release/other" },
};
