import { publicKey, type Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ key: `${publicKey(index)} somebody@somewhere`, label: "One" }),
  changes: {},
  replaces: { key: publicKey(9) },
  at: {
    repository: { changes: { label: "Two" }, replaces: { key: publicKey(9) } },
    project: { changes: {}, replaces: { key: publicKey(9), label: "Two" } },
  },
};
