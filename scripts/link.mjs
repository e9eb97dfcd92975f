/**
 * Lets programs that run in dist/ find this package and the emulator's by name, as when installed: the
 * engine's host of dynamic providers looks in the node_modules beside the program and above.
 */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(fileURLToPath(import.meta.url), "..", "..", "dist", "node_modules");
mkdirSync(folder, { recursive: true });
link(join("..", ".."), "bitbucket-as-code");
link(join("..", "..", "packages", "emulator"), "bitbucket-as-code-emulator");

function link(target, name) {
  try {
    symlinkSync(target, join(folder, name), "junction");
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}
