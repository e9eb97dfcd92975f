/** Edits a YAML file in place and preserves every untouched byte. */
import { isDeepStrictEqual } from "node:util";
import {
  Document,
  isCollection,
  isMap,
  isPair,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
  YAMLMap,
  YAMLSeq,
} from "yaml";
import { compatibility, defaultStyle, inlineOf, renderDocument, type YamlStyle } from "./yamlText";

interface TextEdit {
  readonly at: number;
  readonly removed: number;
  readonly text: string;
}

/** A text, and the document parsed from it before nodes are added. */
export class YamlSource {
  readonly document: Document.Parsed;
  readonly #style: YamlStyle;
  readonly #values = new Map<Pair, unknown>();
  readonly #items = new Map<YAMLSeq, number>();
  /** The pairs of each map before some were removed. */
  readonly #pairs = new Map<YAMLMap, readonly Pair[]>();
  readonly #lineEnd: string;
  #edits: TextEdit[] = [];

  constructor(readonly text: string) {
    this.document = parseDocument(text, { merge: true });
    visit(this.document, {
      Pair: (_key, pair) => void this.#values.set(pair, pair.value),
      Map: (_key, map) => void this.#pairs.set(map, [...map.items]),
      Seq: (_key, list) => void this.#items.set(list, list.items.length),
    });
    this.#lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
    this.#style = this.#styleOf();
  }

  /** The text with the nodes added and without those removed since. If they cannot be fitted in, the document is rewritten. */
  get editedText(): string {
    this.#edits = [];
    const { contents } = this.document;
    if (isMap(contents) && contents.range) {
      this.#collection(contents);
      const text = this.#applyEdits();
      const made = parseDocument(text, { merge: true });
      if (made.errors.length === 0 && isDeepStrictEqual(made.toJS(), this.document.toJS())) return text;
    }
    return renderDocument(this.document, { ...defaultStyle, paddedLists: this.#style.paddedLists });
  }

  #applyEdits(): string {
    let text = this.text;
    // From the end, so that offsets stay valid; of two at the same offset, the first comes first.
    const inOrder = this.#edits
      .map((edit, order) => ({ ...edit, order }))
      .sort((a, b) => b.at - a.at || b.order - a.order);
    for (const { at, removed, text: added } of inOrder) {
      const before = text.slice(0, at);
      const isOpenEnd = added.endsWith("\n") && before !== "" && !before.endsWith("\n");
      text = `${before}${isOpenEnd ? this.#lineEnd : ""}${added}${text.slice(at + removed)}`;
    }
    return text;
  }

  #collection(node: unknown): void {
    if (isMap(node)) this.#map(node);
    else if (isSeq(node)) this.#list(node);
  }

  #map(map: YAMLMap): void {
    const pairs = map.items.filter((pair) => this.#values.has(pair));
    const added = map.items.filter((pair) => !this.#values.has(pair));
    for (const pair of pairs) {
      const before = this.#values.get(pair);
      if (before === pair.value) this.#collection(pair.value);
      else this.#replace(pair, before, map.flow === true);
    }
    const original = this.#pairs.get(map) ?? pairs;
    this.#remove(map, original);
    if (added.length === 0) return;
    if (map.flow) {
      const only = new YAMLMap();
      only.items.push(...added);
      this.#insertInline(map, pairs.length > 0 ? this.#endOfPair(pairs.at(-1)) : undefined, only);
      return;
    }
    const column = this.#columnOf(startOf(original[0]?.key));
    const at = this.#below(this.#endOfPair(original.at(-1)), column);
    this.#edits.push({ at, removed: 0, text: this.#block(added, column) });
  }

  /** Removes the lines of pairs that are gone; comments above them stay. */
  #remove(map: YAMLMap, original: readonly Pair[]): void {
    for (const [index, pair] of original.entries()) {
      if (map.items.includes(pair)) continue;
      const start = startOf(pair.key);
      const end = this.#endOfPair(pair);
      if (!map.flow) {
        const column = this.#columnOf(start);
        const at = start - column;
        this.#edits.push({ at, removed: this.#below(end, column + 1) - at, text: "" });
        continue;
      }
      const isFirst = original.slice(0, index).every((one) => !map.items.includes(one));
      const next = original[index + 1];
      if (!isFirst) {
        const before = this.#endOfPair(original[index - 1]);
        this.#edits.push({ at: before, removed: end - before, text: "" });
      } else if (next) this.#edits.push({ at: start, removed: startOf(next.key) - start, text: "" });
    }
  }

  #list(list: YAMLSeq): void {
    const count = this.#items.get(list) ?? 0;
    for (const item of list.items.slice(0, count)) this.#collection(item);
    const added = list.items.slice(count);
    if (added.length === 0) return;
    const only = new YAMLSeq();
    only.items.push(...added);
    const last = count > 0 ? this.#endOf(list.items[count - 1]) : undefined;
    if (list.flow) this.#insertInline(list, last, only);
    else {
      const column = this.#dashOf(list);
      const at = this.#below(last ?? endOf(list), column);
      this.#edits.push({ at, removed: 0, text: this.#lines(this.#render(only), column) });
    }
  }

  /** Replaces a value: `Production: Production`, or nothing, became a map. */
  #replace(pair: Pair, before: unknown, inline: boolean): void {
    const start = startOf(before);
    const end = endOf(before);
    const isEmptied = isMap(before) && !before.flow && isMap(pair.value) && pair.value.items.length === 0;
    if (isEmptied) {
      const colon = endOf(pair.key) + (this.text.slice(endOf(pair.key)).match(/^\s*:/)?.[0].length ?? 0);
      const at = start - this.#columnOf(start);
      this.#edits.push({ at: colon, removed: 0, text: " {}" });
      this.#edits.push({ at, removed: this.#afterLine(this.#endOf(before)) - at, text: "" });
      return;
    }
    if (inline || !isCollection(pair.value) || pair.value.flow) {
      const text = inlineOf(pair.value as Node);
      this.#edits.push({
        at: start,
        removed: end - start,
        text: /\s/.test(this.text[start - 1] ?? " ") ? text : ` ${text}`,
      });
      return;
    }
    // The value may be missing, followed by a comment.
    const isThere = !this.text.slice(start, end).trim().startsWith("#");
    const spaces = this.text.slice(0, start).match(/[ \t]*$/)?.[0].length ?? 0;
    if (isThere && end > start)
      this.#edits.push({ at: start - spaces, removed: end - start + spaces, text: "" });
    const column = this.#columnOf(startOf(pair.key)) + this.#style.indent;
    const value = pair.value.clone() as YAMLMap | YAMLSeq;
    // Comments beside the value stay in place.
    visit(value, { Node: (_key, one) => void (one.range && delete one.comment) });
    this.#edits.push({
      at: this.#afterLine(end),
      removed: 0,
      text: this.#lines(this.#render(value), column),
    });
  }

  #insertInline(into: YAMLMap | YAMLSeq, after: number | undefined, only: YAMLMap | YAMLSeq): void {
    const whole = inlineOf(only);
    const text = whole.slice(1, -1).trim();
    if (after !== undefined) this.#edits.push({ at: after, removed: 0, text: `, ${text}` });
    else this.#edits.push({ at: startOf(into), removed: endOf(into) - startOf(into), text: whole });
  }

  /** New lines of a map. */
  #block(pairs: readonly Pair[], column: number): string {
    const only = new YAMLMap();
    only.items.push(...pairs);
    return this.#lines(this.#render(only), column);
  }

  #render(contents: YAMLMap | YAMLSeq): string {
    const document = new Document(null, compatibility);
    document.contents = contents as never;
    return renderDocument(document, this.#style);
  }

  #lines(text: string, column: number): string {
    return text
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => (line === "" ? "" : " ".repeat(column) + line) + this.#lineEnd)
      .join("");
  }

  #endOfPair(pair: Pair | undefined): number {
    if (!pair) return this.text.length;
    const value = this.#values.get(pair);
    return value ? this.#endOf(value) : endOf(pair.key);
  }

  /** The end of the last original node. */
  #endOf(node: unknown): number {
    if (isMap(node) && !node.flow) {
      const last = node.items.filter((pair) => this.#values.has(pair)).at(-1);
      return last ? this.#endOfPair(last) : endOf(node);
    }
    if (isSeq(node) && !node.flow) {
      const count = this.#items.get(node) ?? 0;
      return count > 0 ? this.#endOf(node.items[count - 1]) : endOf(node);
    }
    return endOf(node);
  }

  /** The beginning of the next line, after comments that belong to this one. */
  #below(end: number, column: number): number {
    let at = this.#afterLine(end);
    for (;;) {
      const line = this.text.slice(at).match(/^( *)#.*(?:\n|$)/);
      if (!line || (line[1] ?? "").length < column) return at;
      at += line[0].length;
    }
  }

  #afterLine(end: number): number {
    // A multi-line text ends with its last line.
    if (this.text[end - 1] === "\n") return end;
    const found = this.text.indexOf("\n", end);
    return found < 0 ? this.text.length : found + 1;
  }

  #columnOf(offset: number): number {
    return offset - (this.text.lastIndexOf("\n", offset - 1) + 1);
  }

  #dashOf(list: YAMLSeq): number {
    const start = startOf(list.items[0]);
    return this.#columnOf(this.text.lastIndexOf("-", start - 1));
  }

  #styleOf(): YamlStyle {
    let indent: number | undefined;
    let indentSeq: boolean | undefined;
    visit(this.document, {
      Pair: (_key, { key, value }) => {
        if (!isCollection(value) || value.flow || value.items.length === 0) return;
        const outer = this.#columnOf(startOf(key));
        const [first] = value.items;
        if (isSeq(value)) indentSeq ??= this.#dashOf(value) > outer;
        else if (isPair(first)) indent ??= this.#columnOf(startOf(first.key)) - outer;
      },
    });
    return {
      indent: indent === undefined || indent < 1 ? defaultStyle.indent : indent,
      indentSeq: indentSeq ?? defaultStyle.indentSeq,
      paddedLists: /^[^"'\n]*: \[ [^"'\n]* \]\r?$/m.test(this.text),
    };
  }
}

function startOf(node: unknown): number {
  return (node as Node | undefined)?.range?.[0] ?? 0;
}

function endOf(node: unknown): number {
  return (node as Node | undefined)?.range?.[1] ?? 0;
}
