/**
 * Splits a YAML text at the entries of its sections, without parsing it: large texts are parsed in pieces, and equal entries
 * of two versions need no second look. Text that is not plainly laid out is not split.
 */
import { isPlainlyLaidOut } from "./plainText";

/** An entry of a section: the line of its key, and what is indented more. */
interface TextEntry {
  readonly name: string;
  /** The number of its first line in the whole text. */
  readonly line: number;
  readonly text: string;
}

export interface TextSection {
  readonly name: string;
  /** The line of its key. */
  readonly line: number;
  /** At least one. */
  readonly entries: readonly TextEntry[];
}

export interface SplitText {
  /** The text without the lines of the entries. */
  readonly rest: string;
  /** The numbers of its lines in the whole text. */
  readonly restLines: readonly number[];
  readonly sections: readonly TextSection[];
}

const topKey = /^([A-Za-z]\w*):[ ]*(?:#.*)?$/;
const entryKey = /^ +(?:([\w.-]+)|"([\w.-]+)"|'([\w.-]+)'):(?: |$)/;
const noContent = /^ *(?:#.*)?$/;

/** Returns undefined for a text that has to be taken as a whole. */
export function splitText(text: string): SplitText | undefined {
  if (!isPlainlyLaidOut(text)) return undefined;
  const lines = text.split("\n");
  const restLines: number[] = [];
  const sections: TextSection[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    restLines.push(index + 1);
    const name = topKey.exec(lines[index] ?? "")?.[1];
    if (name === undefined) continue;
    const end = endOfSection(lines, index + 1);
    const entries = readEntries(lines, index + 1, end);
    if (entries) sections.push({ name, line: index + 1, entries });
    else for (let line = index + 2; line <= end; line += 1) restLines.push(line);
    index = end - 1;
  }
  const rest = restLines.map((line) => lines[line - 1]).join("\n");
  return { rest, restLines, sections };
}

/** The first line that is not indented. */
function endOfSection(lines: readonly string[], start: number): number {
  let end = start;
  while (end < lines.length && (lines[end]?.startsWith(" ") || noContent.test(lines[end] ?? ""))) end += 1;
  return end;
}

/** Undefined if a line that is indented like the first key is none itself. */
function readEntries(lines: readonly string[], start: number, end: number): TextEntry[] | undefined {
  const starts: { readonly name: string; readonly at: number }[] = [];
  let indent: number | undefined;
  for (let index = start; index < end; index += 1) {
    const line = lines[index] ?? "";
    if (noContent.test(line)) continue;
    const width = line.search(/[^ ]/);
    indent ??= width;
    if (width > indent) continue;
    const [, plain, double, single] = entryKey.exec(line) ?? [];
    const name = plain ?? double ?? single;
    if (width < indent || name === undefined) return undefined;
    starts.push({ name, at: index });
  }
  if (starts.length === 0) return undefined;
  return starts.map(({ name, at }, position) => {
    const next = starts[position + 1]?.at ?? end;
    return { name, line: at + 1, text: `${lines.slice(at, next).join("\n")}\n` };
  });
}
