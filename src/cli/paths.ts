/** Where the installed package's own files are. */
import { join, resolve } from "node:path";

/** The folder of package.json. */
export const packageRoot = resolve(__dirname, "..", "..");

/** A compiled module of this package. */
export function compiled(...parts: string[]): string {
  return join(packageRoot, "dist", ...parts);
}
