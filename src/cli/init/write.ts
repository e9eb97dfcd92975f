/** Writes the files of a project into a folder that may hold some already. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UsageError } from "../shared/project";

/** Files that may exist already, and are left as they are. */
const kept = ["README.md", "tsconfig.json"];

const entries = z.record(z.string(), z.string()).optional();
const manifest = z.looseObject({ dependencies: entries, resolutions: entries });

/**
 * Writes each file. `package.json` and `.gitignore` get what they lack, and the rest of them is preserved.
 *
 * @returns The paths of what was written.
 * @throws {UsageError} if a file exists that the project needs to be another. Nothing was written then.
 */
export function writeProject(root: string, files: ReadonlyMap<string, string>): string[] {
  const texts = new Map<string, string>();
  const others: string[] = [];
  for (const [path, text] of files) {
    const before = contentOf(join(root, path));
    if (before === undefined) texts.set(path, text);
    else if (path === "package.json") texts.set(path, addDependencies(join(root, path), before, text));
    else if (path === ".gitignore") texts.set(path, addLines(before, text));
    else if (before !== text && !kept.includes(path)) others.push(path);
  }
  if (others.length > 0)
    throw new UsageError(
      `${root} has ${others.join(" and ")} already, with other content. Give an empty folder: npx bitbucket-as-code init <folder>`,
    );
  const written = [...texts].filter(([path, text]) => contentOf(join(root, path)) !== text);
  for (const [path, text] of written) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return written.map(([path]) => path);
}

function addDependencies(file: string, before: string, text: string): string {
  let existing: z.output<typeof manifest>;
  try {
    existing = manifest.parse(JSON.parse(before));
  } catch {
    throw new UsageError(`${file} is not a package.json that npm reads: fix it, or give another folder.`);
  }
  const added = manifest.parse(JSON.parse(text));
  const merged = { ...existing };
  for (const field of ["dependencies", "resolutions"] as const) {
    const missing = Object.entries(added[field] ?? {}).filter(
      ([name]) => !(existing[field] && Object.hasOwn(existing[field], name)),
    );
    if (missing.length === 0) continue;
    const all = [...Object.entries(existing[field] ?? {}), ...missing];
    merged[field] = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  if (JSON.stringify(merged) === JSON.stringify(existing)) return before;
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? "  ";
  return `${JSON.stringify(merged, null, indent)}\n`;
}

function addLines(before: string, text: string): string {
  const there = new Set(before.split(/\r?\n/).map((line) => line.trim()));
  const missing = text.split("\n").filter((line) => line !== "" && !there.has(line));
  if (missing.length === 0) return before;
  return `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`;
}

function contentOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
