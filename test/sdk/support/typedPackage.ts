/** A folder with only the package, as npm installs it, and only its published types. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(__dirname, "..", "..", "..");

export class TypedPackage {
  readonly folder = mkdtempSync(join(tmpdir(), "typed-"));
  /** The declarations reachable from the package's own, with their texts. */
  readonly declarations: ReadonlyMap<string, string>;

  constructor() {
    const { types } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { types: string };
    this.declarations = reachable(join(root, types));
    const installed = join(this.folder, "node_modules", "bitbucket-as-code");
    for (const file of ["package.json", ...this.declarations.keys()]) {
      const target = join(installed, file);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(root, file), target);
    }
    mkdirSync(join(this.folder, "node_modules", "@pulumi"));
    symlinkSync(
      join(root, "node_modules", "@pulumi", "pulumi"),
      join(this.folder, "node_modules", "@pulumi", "pulumi"),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The modules that a text imports. */
export function modulesIn(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*"([^"]+)"/g)].map(([, name = ""]) => name);
}

/** Declarations by their paths in the package. `npm run build` creates them. */
function reachable(entry: string): ReadonlyMap<string, string> {
  if (!existsSync(entry)) throw new Error(`${entry} is not there: run "npm run build" first.`);
  const found = new Map<string, string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const path = file.slice(root.length + 1);
    if (found.has(path)) continue;
    const text = readFileSync(file, "utf8");
    found.set(path, text);
    for (const name of modulesIn(text)) {
      if (!name.startsWith(".")) continue;
      const base = join(dirname(file), name);
      const next = [`${base}.d.ts`, join(base, "index.d.ts")].find((candidate) => existsSync(candidate));
      if (next === undefined) throw new Error(`${path} names ${name}, which is not there.`);
      waiting.push(next);
    }
  }
  return found;
}
