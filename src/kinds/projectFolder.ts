import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of Pulumi.yaml, in which the engine runs programs and providers, or below; outside of one, the current. */
export function projectFolder(current = process.cwd()): string {
  for (let folder = current; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) return current;
  }
}
