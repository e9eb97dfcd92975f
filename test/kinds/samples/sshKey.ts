import { publicKey, type Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ key: `${publicKey(40 + index)} laptop`, label: "One", expiresOn: "2031-01-31" }),
  changes: { label: "Two" },
  replaces: { key: publicKey(49), expiresOn: "2032-02-28T12:00:00+01:00" },
};
