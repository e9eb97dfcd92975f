import type { Sample } from "./sample";

const key = (text: string) =>
  `-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: GnuPG v2\n\n${Buffer.from(text.repeat(9)).toString("base64")}\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n`;

export const sample: Sample = {
  args: (index) => ({ key: key(`key ${index}`), name: "Signing" }),
  changes: {},
  replaces: { key: key("another"), name: "Other" },
};
