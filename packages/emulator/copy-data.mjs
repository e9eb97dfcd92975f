/** Puts what the emulator reads of the checkout's data beside the code, so that the package holds it. */
import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const name = "operation-scopes.tsv";
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
copyFileSync(at(`../../data/${name}`), at(`dist/${name}`));
