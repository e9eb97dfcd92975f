import { privateKey, publicKey, type Sample } from "./sample";

export const sample: Sample = {
  args: () => ({ privateKey, publicKey: `${publicKey(20)} builds` }),
  changes: { privateKey: privateKey.replace("bm90", "bm91"), publicKey: publicKey(21) },
};
