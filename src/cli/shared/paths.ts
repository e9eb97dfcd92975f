/** Where the installed package's own files are. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder of package.json. */
export const packageRoot = resolve(__dirname, "..", "..", "..");

/** A compiled module of this package. */
export function compiled(...parts: string[]): string {
  return join(packageRoot, "dist", ...parts);
}

/** The version in package.json. */
export function packageVersion(): string {
  return String(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")).version);
}
