import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({
    path: `docs/sample ${index}.md`,
    branch: "main",
    content: "One\n",
    message: "Add a sample",
    author: "Jo <jo@acme.example>",
  }),
  changes: { content: "Zwei — ünïcode\n" },
  replaces: { path: "docs/other.md", branch: "develop" },
};
