/**
 * Lets programs that run in dist/ find this package by its name, as they do where it is installed: the engine's host
 * of dynamic providers looks for it in the node_modules beside the program and above.
 */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(fileURLToPath(import.meta.url), "..", "..", "dist", "node_modules");
mkdirSync(folder, { recursive: true });
try {
  symlinkSync(join("..", ".."), join(folder, "bitbucket-as-code"), "junction");
} catch (error) {
  if (error.code !== "EEXIST") throw error;
}
