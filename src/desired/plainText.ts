/**
 * Reads maps, lists and texts that are written in the plain part of YAML, many times faster than the library: plain keys,
 * values on one line, no escapes. It gives exactly what the library gives, positions included, or nothing: all else is the
 * library's.
 */
import { joinPath, type Position } from "./diagnostics";
import type { MapEntry, MapNode, Node, ScalarNode } from "./node";

/** What may relate one place of a text to another one, or make lines mean something else. */
const relating = /[\t\r\uFEFF]|<<|^(?:---|\.\.\.|%)|(?:^|[\s,[{])[&*!]\S/m;

/** Keys with a special meaning in JavaScript objects. */
export const refusedKeys: ReadonlySet<string> = new Set(["__proto__", "constructor"]);

/** Levels of maps and lists in each other, at most: deeper ones are the library's. */
const deepest = 20;

const key = /(?:(\w[\w.-]{0,99})|"(\w[\w. /-]{0,99})"|'(\w[\w. /-]{0,99})'):(?: +|$)/y;
const spaces = / */y;
const endOfLine = / *(?: #.*)?$/y;
const doubleQuoted = /"([^"\\]*)"/y;
const singleQuoted = /'([^']*)'/y;
const plainInFlow = /[^,[\]{}]+/y;

/** What a plain text may begin with. The library takes more. */
const plainStart = /^[A-Za-z0-9_/($\u00a1-\ud7ff]/;
const wholeNumber = /^(?:0|[1-9]\d{0,14})$/;
/** What may be a number in another notation. */
const numberLike = /^\d[\d.eEoxa-fA-F+-]*$/;
const nullWord = /^(?:null|Null|NULL)$/;
const words = new Map([
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
]);

/** Whether each line of a text means the same without what is around its entry: no anchors, aliases, tags and documents. */
export function isPlainlyLaidOut(text: string): boolean {
  return !relating.test(text);
}

/**
 * Reads a map whose keys are on lines of their own.
 *
 * @param text Plainly laid out.
 * @param place The path of the map, and the number of lines before the text.
 * @returns Undefined for what is not in the plain part of YAML, and for anything that is wrong.
 */
export function readPlainMap(
  text: string,
  place: { readonly file: string; readonly path: string; readonly before: number },
): MapNode | undefined {
  return new PlainReader(text, place.file, place.before).read(place.path);
}

/** Each method returns undefined for what is not plain, which ends the reading. */
class PlainReader {
  readonly #lines: readonly string[];
  /** The index of the line, and where to read on in it. */
  #line = 0;
  #at = 0;

  constructor(
    text: string,
    private readonly file: string,
    private readonly before: number,
  ) {
    this.#lines = text.split("\n");
  }

  read(path: string): MapNode | undefined {
    if (this.#skip() < 0) return undefined;
    const map = this.#map(path, 0);
    return this.#line < this.#lines.length ? undefined : map;
  }

  /** Moves to the next line with content, and returns its indentation; -1 at the end. */
  #skip(): number {
    for (; this.#line < this.#lines.length; this.#line += 1) {
      const width = this.#widthOf(this.#text);
      const first = this.#text[width];
      if (first !== undefined && first !== "#") return width;
    }
    return -1;
  }

  get #text(): string {
    return this.#lines[this.#line] ?? "";
  }

  #widthOf(line: string): number {
    return this.#end(spaces, line, 0) ?? 0;
  }

  /** Where a match ends that begins at a place of a line. */
  #end(pattern: RegExp, line: string, from: number): number | undefined {
    pattern.lastIndex = from;
    return pattern.test(line) ? pattern.lastIndex : undefined;
  }

  #map(path: string, depth: number): MapNode | undefined {
    const indent = this.#widthOf(this.#text);
    const position = this.#position(indent, path);
    const entries = new Map<string, MapEntry>();
    let width = indent;
    while (width === indent) {
      const name = this.#key(indent, entries);
      if (name === undefined) return undefined;
      const at = this.#position(indent, joinPath(path, name));
      const value = this.#value(indent, at.path, depth + 1);
      if (!value) return undefined;
      entries.set(name, { key: at, value });
      width = this.#skip();
    }
    return width < indent ? { type: "map", position, entries } : undefined;
  }

  /** What follows a key: on its line, or below it. */
  #value(indent: number, path: string, depth: number): Node | undefined {
    if (depth > deepest) return undefined;
    if (this.#end(endOfLine, this.#text, this.#at) === undefined && this.#text[this.#at] !== "#") {
      const value = this.#inline(path, depth);
      this.#line += 1;
      return value;
    }
    this.#line += 1;
    const width = this.#skip();
    // An empty value, or a list that is indented like its key.
    if (width <= indent) return undefined;
    return this.#isItem(width) ? this.#list(width, path, depth) : this.#map(path, depth);
  }

  #isItem(width: number): boolean {
    return this.#text.startsWith("- ", width);
  }

  #list(indent: number, path: string, depth: number): Node | undefined {
    const position = this.#position(indent, path);
    const items: Node[] = [];
    let width = indent;
    while (width === indent && this.#isItem(indent)) {
      this.#at = this.#end(spaces, this.#text, indent + 1) ?? 0;
      const item = this.#inline(joinPath(path, items.length), depth + 1);
      if (!item) return undefined;
      items.push(item);
      this.#line += 1;
      width = this.#skip();
    }
    return width < indent ? { type: "list", position, items } : undefined;
  }

  /** A value that ends with its line. */
  #inline(path: string, depth: number): Node | undefined {
    const text = this.#text;
    const first = text[this.#at];
    if (first !== "{" && first !== "[" && first !== '"' && first !== "'") {
      const position = this.#position(this.#at, path);
      const rest = text.slice(this.#at);
      const comment = rest.indexOf(" #");
      return toScalar(comment < 0 ? rest : rest.slice(0, comment), position);
    }
    const value = this.#flow(path, depth);
    return this.#end(endOfLine, text, this.#at) === undefined ? undefined : value;
  }

  /** A value that ends with a sign. */
  #flow(path: string, depth: number): Node | undefined {
    if (depth > deepest) return undefined;
    const position = this.#position(this.#at, path);
    switch (this.#text[this.#at]) {
      case "{":
        return this.#flowMap(position, depth);
      case "[":
        return this.#flowList(position, depth);
      case '"':
        return this.#readQuoted(doubleQuoted, position);
      case "'":
        return this.#readQuoted(singleQuoted, position);
      default: {
        const from = this.#at;
        this.#at = this.#end(plainInFlow, this.#text, from) ?? from;
        const text = this.#text.slice(from, this.#at);
        return text.includes(" #") ? undefined : toScalar(text, position);
      }
    }
  }

  #readQuoted(pattern: RegExp, position: Position): Node | undefined {
    pattern.lastIndex = this.#at;
    const value = pattern.exec(this.#text)?.[1];
    this.#at = pattern.lastIndex;
    return value === undefined ? undefined : { type: "scalar", position, value, source: value };
  }

  #flowMap(position: Position, depth: number): Node | undefined {
    const entries = new Map<string, MapEntry>();
    const done = this.#flowItems("}", () => {
      const from = this.#at;
      const name = this.#key(from, entries);
      if (name === undefined) return false;
      const at = this.#position(from, joinPath(position.path, name));
      const value = this.#flow(at.path, depth + 1);
      if (value) entries.set(name, { key: at, value });
      return value !== undefined;
    });
    return done ? { type: "map", position, entries } : undefined;
  }

  #flowList(position: Position, depth: number): Node | undefined {
    const items: Node[] = [];
    const done = this.#flowItems("]", () => {
      const item = this.#flow(joinPath(position.path, items.length), depth + 1);
      if (item) items.push(item);
      return item !== undefined;
    });
    return done ? { type: "list", position, items } : undefined;
  }

  /** Reads items up to a sign. Returns false for what is not plain. */
  #flowItems(close: string, readItem: () => boolean): boolean {
    this.#next(1);
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return true;
    }
    for (;;) {
      if (!readItem()) return false;
      this.#next(0);
      const sign = this.#text[this.#at];
      if (sign === close) {
        this.#at += 1;
        return true;
      }
      if (sign !== ",") return false;
      this.#next(1);
    }
  }

  /** Moves on by some characters, and over spaces. */
  #next(characters: number): void {
    this.#at = this.#end(spaces, this.#text, this.#at + characters) ?? 0;
  }

  /** A key that is new, and what is before its value. */
  #key(from: number, entries: ReadonlyMap<string, MapEntry>): string | undefined {
    key.lastIndex = from;
    const match = key.exec(this.#text);
    const [, plain, double, single] = match ?? [];
    const name = plain ?? double ?? single;
    if (name === undefined || entries.has(name) || refusedKeys.has(name)) return undefined;
    if (plain !== undefined && nullWord.test(plain)) return undefined;
    this.#at = key.lastIndex;
    return name;
  }

  #position(index: number, path: string): Position {
    return { file: this.file, line: this.before + this.#line + 1, column: index + 1, path };
  }
}

/** The value of a text without quotes, by YAML 1.2's core schema. https://yaml.org/spec/1.2.2/#103-core-schema */
function toScalar(written: string, position: Position): ScalarNode | undefined {
  // Other white space belongs to the text.
  let end = written.length;
  while (written[end - 1] === " ") end -= 1;
  const source = written.slice(0, end);
  if (!plainStart.test(source) || source.includes(": ") || source.endsWith(":")) return undefined;
  if (wholeNumber.test(source)) return { type: "scalar", position, value: Number(source), source };
  if (numberLike.test(source)) return undefined;
  if (nullWord.test(source)) return { type: "scalar", position, value: null, source };
  return { type: "scalar", position, value: words.get(source) ?? source, source };
}
