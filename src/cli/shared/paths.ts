/** Paths of the installed package's own files. */
import { join } from "node:path";
import { packageRoot } from "../../errors";

/** A compiled module of this package. */
export function compiledPath(...parts: string[]): string {
  return join(packageRoot, "dist", ...parts);
}
