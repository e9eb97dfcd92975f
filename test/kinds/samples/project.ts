import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ key: `SAMPLE${index}`, name: "Sample", description: "One", deletion: "allow" }),
  changes: { key: "RENAMED", name: "Other", description: "Two", isPrivate: false, deletion: "forbid" },
};
