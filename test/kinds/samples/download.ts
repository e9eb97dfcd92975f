import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({ name: `tool ${index}.bin`, file: "test/kinds/samples/files/one.bin" }),
  changes: { file: "test/kinds/samples/files/two.bin" },
  replaces: { name: "other.bin" },
};
