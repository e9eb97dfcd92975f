import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ name: `builder-${index}`, labels: ["self.hosted", "linux"] }),
  changes: { name: "renamed", labels: ["linux", "arm64"] },
};
