import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ user: ["bob", "carol@acme.example"][index], permission: "write" }),
  changes: { permission: "read" },
  elsewhere: { allowLosingOwnAdmin: "permission.test.ts" },
  replaces: { user: "alice" },
};
