import { readdirSync } from "node:fs";
import { join } from "node:path";

export const source = join(__dirname, "..", "..", "..", "src");

/** All source files, relative to `source`. */
export function sourceFiles(): string[] {
  return readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
}
