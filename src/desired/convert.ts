/** Turns what the library for YAML has parsed into nodes with positions. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { unprintable } from "../bitbucket/printable";
import { type Diagnostics, joinPath, type Position } from "./diagnostics";
import { isMergeKey, isNothing, parseText } from "./library";
import type { MapEntry, Node } from "./node";
import { readPlainMap, refusedKeys } from "./plainText";
import type { SplitText, TextSection } from "./splitText";
import { deepest } from "./yamlErrors";

/** The maximum number of values that aliases expand to in one file. */
const maxFromAliases = 100_000;

/** An anchor's node: undefined while it is still being read, or if it could not be. */
interface AnchoredNode {
  readonly node?: Node | undefined;
  /** The number of values in it. */
  readonly size: number;
}

export class Converter {
  readonly #anchors = new Map<string, AnchoredNode>();
  #values = 0;
  #fromAliases = 0;
  #lines: LineCounter;
  /** The line in the file of a line of the text that is converted. */
  #lineOf: (line: number) => number;
  /** By the lines of their keys: what was left out of the text, and is still to be put in. */
  readonly #sections: Map<number, TextSection>;
  #isRefused = false;

  constructor(
    readonly file: string,
    lines: LineCounter,
    readonly diagnostics: Diagnostics,
    /** Whether what does not say itself what it means is refused. */
    private readonly isPlain = false,
    split?: SplitText,
  ) {
    this.#lines = lines;
    this.#lineOf = (line) => split?.restLines[line - 1] ?? line;
    this.#sections = new Map(split?.sections.map((section) => [section.line, section]));
  }

  /** Whether each section was put in its place. */
  get isComplete(): boolean {
    return this.#sections.size === 0 && !this.#isRefused;
  }

  /** @param around The path, and the position to use if the value has none: an empty value. */
  convert(value: unknown, around: Position, depth = 0): Node {
    this.#values += 1;
    const position = this.#position(value, around);
    if (value === null || value === undefined) return { type: "scalar", position, value: null };
    if (depth > deepest) return this.#refuse(position, `is nested too deeply: at most ${deepest} levels`);
    if (isAlias(value))
      return this.isPlain
        ? this.#refuse(
            position,
            `has the alias "*${value.source}", which is not supported here. Write its value out`,
          )
        : this.#alias(value.source, position);
    if (!isScalar(value) && !isMap(value) && !isSeq(value)) {
      return this.#refuse(position, "is not supported here");
    }
    // An explicit tag; types that the core schema detects set none.
    if (value.tag)
      return this.#refuse(
        position,
        "has a YAML tag, which is not supported. Remove it; text that looks like a number is put in quotes",
      );
    const before = this.#values;
    const { anchor } = value;
    if (anchor && this.isPlain)
      return this.#refuse(position, `has the anchor "&${anchor}", which is not supported here. Remove it`);
    if (anchor) this.#anchors.set(anchor, { size: 0 });
    const node = isScalar(value)
      ? this.#scalar(value, position)
      : isMap(value)
        ? this.#map(value, position, depth)
        : this.#list(value, position, depth);
    if (anchor) this.#anchors.set(anchor, { node, size: this.#values - before + 1 });
    return node;
  }

  #scalar(scalar: Scalar, position: Position): Node {
    const { value, source } = scalar;
    if (
      value !== null &&
      typeof value !== "string" &&
      typeof value !== "number" &&
      typeof value !== "boolean"
    ) {
      return this.#refuse(position, "is not text, a number, true or false. If it is text, put it in quotes");
    }
    return { type: "scalar", position, value, ...(source === undefined ? {} : { source }) };
  }

  #list(list: YAMLSeq, position: Position, depth: number): Node {
    const items = list.items.map((item, index) =>
      this.convert(item, { ...position, path: joinPath(position.path, index) }, depth + 1),
    );
    return { type: "list", position, items };
  }

  #map(map: YAMLMap, position: Position, depth: number): Node {
    const own = new Map<string, MapEntry>();
    const merged = this.#addPairs(own, map, position, depth);
    if (merged.length === 0) return { type: "map", position, entries: own };
    // As in YAML's merge keys: explicit keys take precedence, then the earlier of the merged maps.
    const entries = new Map<string, MapEntry>();
    for (const source of merged.flatMap((node) => (node.type === "list" ? node.items : [node]))) {
      if (source.type !== "map") {
        if (source.type !== "broken")
          this.diagnostics.error(
            source.position,
            '"<<" requires a map or a list of maps: an alias such as *common of an anchor &common',
          );
        continue;
      }
      this.#values += source.entries.size;
      this.#countAliased(source.entries.size, position);
      for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    for (const [name, entry] of own) entries.set(name, entry);
    return { type: "map", position, entries };
  }

  /** Adds a map's own entries, and returns those that it merges. */
  #addPairs(own: Map<string, MapEntry>, map: YAMLMap, position: Position, depth: number): Node[] {
    const merged: Node[] = [];
    for (const pair of map.items) {
      const key = this.#key(pair.key, position);
      if (key === undefined) continue;
      const path = joinPath(position.path, key);
      const at = { ...this.#position(pair.key, position), path };
      if (this.isPlain && isMergeKey(pair.key)) {
        this.diagnostics.error(
          at,
          'has a merge key ("<<"), which is not supported here. Write its properties out',
        );
        continue;
      }
      if (isMergeKey(pair.key)) {
        merged.push(this.convert(pair.value, { ...at, path: position.path }, depth));
        continue;
      }
      const earlier = own.get(key);
      if (earlier) {
        this.diagnostics.error(at, `is a duplicate: first in line ${earlier.key.line}. Remove one of them`);
        continue;
      }
      const value =
        (depth === 0 ? this.#section(key, pair.value, at) : undefined) ??
        this.convert(pair.value, at, depth + 1);
      own.set(key, { key: at, value });
    }
    return merged;
  }

  /** What was left out of the text at this key: the library parses what is not plain, entry by entry. */
  #section(key: string, value: unknown, at: Position): Node | undefined {
    const section = this.#sections.get(at.line);
    if (section?.name !== key || !isNothing(value)) return undefined;
    this.#sections.delete(at.line);
    const [outerLines, outerLineOf] = [this.#lines, this.#lineOf];
    const own = new Map<string, MapEntry>();
    let start: Position | undefined;
    for (const { text, line } of section.entries) {
      const plain = readPlainMap(text, { file: this.file, path: at.path, before: line - 1 });
      if (plain && [...plain.entries.keys()].every((name) => !own.has(name))) {
        start ??= plain.position;
        for (const [name, entry] of plain.entries) own.set(name, entry);
        continue;
      }
      const { document, lines } = parseText(text);
      const { contents, errors } = document;
      if (errors.length > 0 || !isMap(contents)) {
        this.#isRefused = true;
        break;
      }
      this.#lines = lines;
      this.#lineOf = (inEntry) => line - 1 + inEntry;
      start ??= this.#position(contents, at);
      this.#addPairs(own, contents, start, 1);
    }
    this.#lines = outerLines;
    this.#lineOf = outerLineOf;
    return { type: "map", position: start ?? at, entries: own };
  }

  /** The key as text: numbers, true and the like as spelled. */
  #key(node: unknown, position: Position): string | undefined {
    const at = this.#position(node, position);
    const key = isAlias(node)
      ? this.isPlain
        ? this.convert(node, at)
        : this.#alias(node.source, at)
      : isScalar(node)
        ? this.#keyScalar(node, at)
        : undefined;
    if (key?.type === "broken") return undefined;
    if (key?.type !== "scalar" || key.value === null) {
      const isTemplate = isMap(node) || isSeq(node);
      this.diagnostics.error(
        at,
        `has a key that is not text. Put a name before the colon${isTemplate ? ". If it is text with braces, such as a template, put it in quotes" : ""}`,
      );
      return undefined;
    }
    const text = typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
    if (refusedKeys.has(text)) {
      this.diagnostics.error(at, `"${text}" cannot be used as a name. Choose another one`);
      return undefined;
    }
    if (text.search(unprintable) >= 0) {
      this.diagnostics.error(at, `the name ${JSON.stringify(text)} contains control or invisible characters`);
      return undefined;
    }
    if (text.trim() === "") {
      this.diagnostics.error(at, "has an empty name. Put one before the colon");
      return undefined;
    }
    return text;
  }

  #keyScalar(key: Scalar, position: Position): Node {
    if (isMergeKey(key)) return { type: "scalar", position, value: "<<" };
    return this.convert(key, position);
  }

  #alias(name: string, position: Position): Node {
    const anchored = this.#anchors.get(name);
    if (!anchored)
      return this.#refuse(
        position,
        `"*${name}" refers to an anchor that is not defined before it in this file. Define "&${name}" above it. If it is text, put it in quotes`,
      );
    if (!anchored.node)
      return this.#refuse(position, `"*${name}" refers to something that contains it. Write its value out`);
    this.#values += anchored.size;
    if (!this.#countAliased(anchored.size, position)) return { type: "broken", position };
    return anchored.node;
  }

  get overflowed(): boolean {
    return this.#fromAliases > maxFromAliases;
  }

  /** Refuses files of a few lines that expand to billions of values. */
  #countAliased(size: number, position: Position): boolean {
    const before = this.#fromAliases;
    this.#fromAliases += size;
    if (this.#fromAliases <= maxFromAliases) return true;
    if (before <= maxFromAliases) {
      this.#refuse(
        position,
        `aliases expand to more than ${maxFromAliases.toLocaleString("en")} values in this file. Put what repositories have in common into ` +
          '"defaults" or a profile under "profiles", which they name instead of an alias',
      );
    }
    return false;
  }

  #refuse(position: Position, message: string): Node {
    this.diagnostics.error(position, message);
    return { type: "broken", position };
  }

  #position(node: unknown, around: Position): Position {
    const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
    const offset = range?.[0];
    if (offset === undefined || isNothing(node)) return around;
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: this.#lineOf(line), column: col, path: around.path };
  }
}
