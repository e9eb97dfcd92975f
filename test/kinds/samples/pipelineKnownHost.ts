import { publicKey, type Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ hostname: `host${index}.example.com`, publicKey: publicKey(30) }),
  changes: { hostname: "other.example.com", publicKey: publicKey(31) },
};
