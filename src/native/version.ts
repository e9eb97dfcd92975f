/** The version of this package: the plugin's, and its schema's. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** The folder of the package. */
export const packageFolder = join(__dirname, "..", "..");

export const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")));
