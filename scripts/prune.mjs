/** Removes from dist/ what was compiled from a source that is gone: Node would find it before what has taken its place. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
for (const folder of [root, join(root, "packages", "emulator")])
  prune(join(folder, "dist"), join(folder, "src"));

/** Links are not followed: those of dist/node_modules lead back to this folder. */
function prune(compiled, sources) {
  if (!existsSync(compiled)) return;
  for (const entry of readdirSync(compiled, { withFileTypes: true })) {
    if (entry.isDirectory() && !["node_modules", "assets"].includes(entry.name))
      prune(join(compiled, entry.name), join(sources, entry.name));
    const [, source] = /^(.+?)\.(?:js|js\.map|d\.ts)$/.exec(entry.name) ?? [];
    if (entry.isFile() && source !== undefined && !existsSync(join(sources, `${source}.ts`)))
      rmSync(join(compiled, entry.name));
  }
}
