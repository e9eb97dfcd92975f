import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index, world, parent) => ({
    name: `v${index}`,
    target: world.commit(parent).slice(0, 12),
    message: "Released",
  }),
  changes: {},
  replaces: { name: "v9", target: "0123456789abcdef" },
};
