import { join } from "node:path";
import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index) => ({
    key: `SAMPLE${index}`,
    name: "Sample",
    description: "One",
    avatar: image("one"),
    deletion: "allow",
  }),
  changes: {
    key: "RENAMED",
    name: "Other",
    description: "Two",
    isPrivate: false,
    avatar: image("two"),
    deletion: "forbid",
  },
};

function image(name: string): string {
  return join(__dirname, "avatars", `${name}.png`);
}
