/** Copies the drift page's files, which the compiler ignores, beside the code that reads them. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const assets = join("drift", "page", "assets");
cpSync(join(root, "src", assets), join(root, "dist", assets), { recursive: true });
