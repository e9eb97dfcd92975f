import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ group: ["developers", "administrators"][index], permission: "write" }),
  changes: { permission: "read" },
  elsewhere: { allowLosingOwnAdmin: "permission.test.ts" },
  replaces: { group: "administrators" },
};
