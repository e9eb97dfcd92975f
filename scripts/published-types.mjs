/**
 * Lets the package hold only the declarations that its entry points lead to: `dist/.npmignore` leaves out the others, in
 * which internal types and those of zod are. They stay in dist/, for the next compilation.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const dist = join(root, "dist");
const { exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const published = new Set();
const waiting = Object.values(entries).flatMap(({ types }) =>
  types?.startsWith("./dist/") ? [join(root, types)] : [],
);
for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
  if (published.has(file)) continue;
  published.add(file);
  for (const [, name] of readFileSync(file, "utf8").matchAll(
    /(?:\bfrom|\bimport\(|\bimport)\s*"(\.[^"]+)"/g,
  )) {
    const base = join(dirname(file), name);
    waiting.push(...[`${base}.d.ts`, join(base, "index.d.ts")].filter(existsSync).slice(0, 1));
  }
}
const kept = [...published].map((file) => `!/${relative(dist, file)}`).sort();
writeFileSync(join(dist, ".npmignore"), `${["*.d.ts", ...kept].join("\n")}\n`);
