import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ user: ["bob", "carol@acme.example"][index] }),
  changes: {},
  replaces: { user: "alice" },
};
