import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ name: `builder-${index}`, labels: ["self.hosted", "linux"], cordoned: false }),
  changes: { name: "renamed", labels: ["linux", "arm64"], cordoned: true },
};
