/** Stacks of the bundled files, in terms of the sources. */
import { existsSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join, relative } from "node:path";
import { packageRoot } from "./package";

const position = /((?:file:\/\/)?\/?[^\s():]*[^\s():]\.js):(\d+):(\d+)/g;

/** The stack with the positions of this package's files in its sources: `src/desired/load.ts:12:3`. */
export function toSourcePositions(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replace(position, (whole, address: string, line: string, column: string) => {
    const file = address.replace(/^file:\/\//, "");
    if (!file.startsWith(packageRoot)) return whole;
    if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
    const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!entry || !("originalSource" in entry)) return whole;
    const source = relative(packageRoot, join(dirname(file), entry.originalSource));
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

function readMap(file: string): SourceMap | undefined {
  try {
    if (!existsSync(file)) return undefined;
    return new SourceMap(JSON.parse(readFileSync(file, "utf8")) as SourceMapPayload);
  } catch {
    // The stack is shown as it is.
    return undefined;
  }
}
