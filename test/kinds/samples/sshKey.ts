import { publicKey, type Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ key: `${publicKey(40 + index)} laptop`, label: "One" }),
  changes: { label: "Two" },
  replaces: { key: publicKey(49) },
};
