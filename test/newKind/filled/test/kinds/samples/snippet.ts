import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ title: `Snippet ${index}` }),
  changes: { title: "Another title", isPrivate: false },
};
