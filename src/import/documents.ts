/** The YAML files of a stack, as documents that preserve what people wrote in them. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  Pair,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
} from "yaml";
import { isSecretSource, Structure } from "../desired";
import { UserError } from "../errors";
import type { Kind } from "../kinds/kind";
import { isTree, SecretPlaceholder, type TreeValue, type ValueTree } from "./tree";
import { YamlSource } from "./yamlSource";
import { compatibility, renderDocument } from "./yamlText";

/** Characters of a list or map that fits on one line. */
const shortLine = 80;

/** A step of a path: the key, and what a single value in place of a map means there. */
export interface PathStep {
  readonly key: string;
  readonly shorthand?: string | undefined;
}

/** Comments to write beside a value: for a user's UUID, who it is. */
export type YamlNotes = ReadonlyMap<string, string>;

const structure = new Structure();

/** One file. */
export class YamlFile {
  readonly #document: Document;
  readonly #original: YamlSource | undefined;
  #changed = false;

  /** @param replaces Whether it takes the place of a file with this path. */
  constructor(
    readonly path: string,
    header?: string,
    replaces = false,
  ) {
    this.#original = !replaces && existsSync(path) ? new YamlSource(readFileSync(path, "utf8")) : undefined;
    this.#document = this.#original?.document ?? new Document(new YAMLMap(), compatibility);
    if (!this.#original && header !== undefined) this.#document.commentBefore = header;
    if (!isMap(this.#document.contents)) this.#document.contents = new YAMLMap() as never;
  }

  get changed(): boolean {
    return this.#changed;
  }

  get text(): string {
    return this.#original?.editedText ?? renderDocument(this.#document);
  }

  has(path: readonly string[]): boolean {
    return this.node(path) !== undefined;
  }

  /** The node at a path, or undefined. */
  node(path: readonly string[]): unknown {
    let at: unknown = this.#document.contents;
    for (const part of path) at = isMap(at) ? pairIn(at, part)?.value : undefined;
    return at ?? undefined;
  }

  /** Inserts a node at a path and creates missing maps on the way. */
  put(path: readonly PathStep[], node: Node, comment?: string): void {
    const key = path.at(-1)?.key ?? "";
    const map = this.#mapAt(path.slice(0, -1));
    const pair = pairIn(map, key);
    this.#changed = true;
    if (pair) {
      pair.value = node;
      return;
    }
    const name = this.#newKey(map, key);
    if (comment !== undefined) name.commentBefore = comment;
    map.items.push(new Pair(name, node));
  }

  /**
   * Removes what is at a path, and a map that contains nothing else: a section is removed with its last entry.
   *
   * @returns why it cannot be removed.
   */
  remove(path: readonly string[]): string | undefined {
    const map = this.node(path.slice(0, -1)) ?? this.#document.contents;
    const pair = isMap(map) ? pairIn(map, path.at(-1) ?? "") : undefined;
    if (!isMap(map) || !pair) return "it is not declared there";
    if (hasAnchor(pair.value)) return "an anchor in it is used elsewhere in the YAML";
    this.#changed = true;
    if (map.items.length > 1 || path.length === 1) map.items.splice(map.items.indexOf(pair), 1);
    else if (path.length % 2 === 0) return this.remove(path.slice(0, -1));
    else this.#clear(path.slice(0, -1));
    return undefined;
  }

  /** Writes `{}` in the place of a map. */
  #clear(path: readonly string[]): void {
    const map = this.node(path.slice(0, -1)) ?? this.#document.contents;
    const pair = isMap(map) ? pairIn(map, path.at(-1) ?? "") : undefined;
    const none = new YAMLMap();
    none.flow = true;
    if (pair) pair.value = none;
  }

  /** Adds values to the list at a path. */
  append(path: readonly PathStep[], items: readonly Node[]): void {
    const there = this.node(path.map(({ key }) => key));
    if (isSeq(there)) {
      there.items.push(...items);
      this.#changed = true;
    } else {
      const list = new YAMLSeq();
      list.items.push(...items);
      this.put(path, list);
    }
  }

  note(comment: string): void {
    this.#document.comment = comment;
    this.#changed = true;
  }

  /** Writes the file atomically. */
  save(path = this.path): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, this.text);
    renameSync(`${path}.new`, path);
  }

  #mapAt(path: readonly PathStep[]): YAMLMap {
    let map = this.#document.contents as unknown as YAMLMap;
    for (const { key, shorthand } of path) {
      const pair = pairIn(map, key);
      const value = pair?.value;
      if (isMap(value) && !(shorthand && isReference(value))) {
        map = value;
        continue;
      }
      if (isAlias(value))
        throw new UserError(
          `${this.path}: ${path.map((step) => step.key).join(".")} is an alias (*${value.source}) that needs a new entry. Replace the alias by its content, and run this again.`,
        );
      const made = new YAMLMap();
      // `Production: Production` becomes a map before it can hold anything else.
      if (shorthand && value && !(isScalar(value) && value.value === null))
        made.items.push(new Pair(new Scalar(shorthand), value));
      if (pair) pair.value = made;
      else map.items.push(new Pair(this.#newKey(map, key), made));
      map = made;
    }
    return map;
  }

  /** Adds an empty line before it at the top level, and wherever the siblings have one. */
  #newKey(map: YAMLMap, key: string): Scalar {
    const name = new Scalar(key);
    const others = map.items.slice(1);
    const areApart =
      others.length > 0 && others.every(({ key: other }) => isScalar(other) && other.spaceBefore);
    name.spaceBefore = map.items.length > 0 && (map === this.#document.contents || areApart);
    return name;
  }
}

function hasAnchor(node: unknown): boolean {
  let found = false;
  if (isNode(node))
    visit(node, {
      Node: (_key, one) => {
        if ("anchor" in one && one.anchor !== undefined) found = true;
      },
    });
  return found;
}

function pairIn(map: YAMLMap, key: string): Pair<unknown, unknown> | undefined {
  return map.items.find(({ key: node }) => {
    if (!isScalar(node)) return String(node) === key;
    return typeof node.value === "string" ? node.value === key : (node.source ?? String(node.value)) === key;
  });
}

function isReference(map: YAMLMap): boolean {
  return map.items.some(({ key }) => isScalar(key) && isSecretSource(String(key.value)));
}

/** An object of a kind, with everything that belongs to it. */
export function objectNode(kind: Kind, tree: ValueTree, notes: YamlNotes): Node {
  const { shorthand } = kind.yaml;
  const short = shorthand === undefined ? undefined : tree.get(shorthand);
  if (tree.size === 1 && short !== undefined && short !== null && !isTree(short) && !Array.isArray(short))
    return valueNode(short, notes);
  const sections = new Map(structure.sectionsOf(kind).map((child) => [child.yaml.section, child]));
  const map = new YAMLMap();
  for (const [name, value] of tree) {
    const child = sections.get(name);
    map.items.push(
      new Pair(new Scalar(name), child ? sectionNode(child, value, notes) : valueNode(value, notes)),
    );
  }
  if (map.items.length === 0) map.flow = true;
  return map;
}

/** Everything in a kind's section. */
export function sectionNode(kind: Kind, value: TreeValue, notes: YamlNotes): Node {
  if (!isTree(value) || kind.yaml.form === "list") return valueNode(value, notes);
  if (kind.yaml.form === "single") return objectNode(kind, value, notes);
  const map = new YAMLMap();
  for (const [key, object] of value) {
    const node = isTree(object) ? objectNode(kind, object, notes) : valueNode(object, notes);
    const note = notes.get(key);
    if (note !== undefined && isScalar(node)) node.comment = ` ${note}`;
    map.items.push(new Pair(new Scalar(key), node));
  }
  return map;
}

/** A field's value. */
export function valueNode(value: TreeValue, notes: YamlNotes = new Map()): Node {
  if (value instanceof SecretPlaceholder) {
    const map = new YAMLMap();
    map.items.push(
      new Pair(new Scalar(value.source), new Scalar(value.name)),
      new Pair(new Scalar("ifMissing"), new Scalar("keep")),
    );
    map.flow = true;
    return map;
  }
  if (isTree(value)) {
    const map = new YAMLMap();
    for (const [key, held] of value) map.items.push(new Pair(new Scalar(key), valueNode(held, notes)));
    map.flow = isShort(value);
    return map;
  }
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    for (const item of value as readonly TreeValue[]) list.items.push(valueNode(item, notes));
    // A comment needs a line of its own.
    list.flow = isShort(value) && !value.some((item) => typeof item === "string" && notes.has(item));
    return list;
  }
  const scalar = new Scalar(value);
  // Invisible characters are escaped.
  if (typeof value === "string" && (value.includes("\n") ? /^\s|\n\n$/ : /\t/).test(value))
    scalar.type = Scalar.QUOTE_DOUBLE;
  const note = typeof value === "string" ? notes.get(value) : undefined;
  if (note !== undefined) scalar.comment = ` ${note}`;
  return scalar;
}

function isShort(value: TreeValue): boolean {
  const text = JSON.stringify(value, (_name, held: unknown) => (held instanceof Map ? [...held] : held));
  return text.length <= shortLine && !text.includes("\\n");
}
