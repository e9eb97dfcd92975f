/** Removes from dist/ what was compiled from a source that is gone: Node would find it before what has taken its place. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
for (const folder of [root, join(root, "packages", "emulator")]) {
  const dist = join(folder, "dist");
  if (!existsSync(dist)) continue;
  for (const path of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const [, source] = /^(?!node_modules[\\/])(.+?)\.(?:js|js\.map|d\.ts)$/.exec(path) ?? [];
    if (
      source !== undefined &&
      !/[\\/]assets[\\/]/.test(source) &&
      !existsSync(join(folder, "src", `${source}.ts`))
    )
      rmSync(join(dist, path), { force: true });
  }
}
