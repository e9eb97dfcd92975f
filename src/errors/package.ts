/** This package's package.json. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/** The folder of package.json. */
export const packageRoot = resolve(__dirname, "..", "..");

function describePackage() {
  const described = z.object({
    name: z.string(),
    version: z.string(),
    bugs: z.object({ url: z.string() }).optional(),
  });
  return described.parse(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")));
}

export function packageVersion(): string {
  return describePackage().version;
}

/** Where to report a bug: as `npm bugs` has it, the package's page where it names no tracker. */
export function bugTracker(): string {
  const { name, bugs } = describePackage();
  return bugs?.url ?? `https://www.npmjs.com/package/${name}`;
}
