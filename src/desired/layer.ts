/**
 * Checks one layer (a default, rule, profile or an object's own lines) by itself, and expands its shorthands.
 */
import { fieldMeta, fieldsMarked, type Kind, type Properties } from "../kinds/kind";
import { LocalFileError } from "../kinds/localFile";
import { holdsPolicy } from "../kinds/unmanaged";
import { suggestWord } from "../model/suggest";
import type { Diagnostics } from "./diagnostics";
import { checkField, schemaOf } from "./fieldCheck";
import { describeMismatch } from "./mismatch";
import {
  describeNode,
  isBroken,
  isGiven,
  isNull,
  type MapEntry,
  type MapNode,
  type Node,
  toPlainValue,
} from "./node";
import { ifMissingKey, isSecretSource, SecretReference, secretSources } from "./secret";
import type { Structure } from "./structure";
import { expandPolicy } from "./unmanaged";

/** The keys that an object in a map can have besides its fields. */
export const entryKeys = ["renamedFrom", "until"] as const;

export function entryKeysOf(kind: Kind): readonly (typeof entryKeys)[number][] {
  return kind.canExpire ? entryKeys : ["renamedFrom"];
}

export class LayerReader {
  constructor(
    readonly structure: Structure,
    /** The absolute folder of a file, by its displayed name. */
    readonly folders: ReadonlyMap<string, string>,
    readonly diagnostics: Diagnostics,
    /** The project's folder, which paths of local files are made relative to. */
    private readonly root: string,
  ) {}

  /**
   * Checks an object of a kind, or a part of one. Expands shorthands, recognizes references to secrets, and
   * reports and marks problems.
   *
   * @param extras Keys that are allowed besides the kind's fields and sections, and left unchanged.
   */
  object(kind: Kind, written: Node, extras: readonly string[] = []): Node {
    if (written.type === "broken" || isNull(written)) return written;
    const node = expandShorthand(kind, written);
    if (node.type !== "map") {
      const { shorthand } = kind.yaml;
      const meant = shorthand ? `a map of properties, or only the ${shorthand}` : "a map of properties";
      return this.#breakNode(node, `must be ${meant}, not ${describeNode(node)}`);
    }
    const sections = new Map(this.structure.sectionsOf(kind).map((child) => [child.yaml.section, child]));
    const entries = new Map<string, MapEntry>();
    for (const [name, { key, value }] of node.entries) {
      const section = sections.get(name);
      if (name === "unmanaged" && holdsPolicy(kind)) entries.set(name, { key, value: expandPolicy(value) });
      else if (extras.includes(name)) entries.set(name, { key, value });
      else if (schemaOf(kind, name)) entries.set(name, { key, value: this.#fieldOf(kind, name, value) });
      else if (section) entries.set(name, { key, value: this.section(section, value) });
      else {
        const own = holdsPolicy(kind) ? ["unmanaged"] : [];
        const known = [...Object.keys(kind.args.shape), ...sections.keys(), ...extras, ...own];
        const meant = suggestWord(name, known);
        this.diagnostics.error(key, `unknown property "${name}" of a ${kind.title}`, meant);
        // Prevents a second report of it as missing.
        if (meant && schemaOf(kind, meant) && !node.entries.has(meant)) {
          entries.set(meant, { key, value: { type: "broken", position: value.position } });
        }
      }
    }
    const object: MapNode = { ...node, entries };
    // A secret must not be in a file, even in an unused profile.
    refuseLiterals(kind, object, this.diagnostics);
    return object;
  }

  /** Everything in a kind's section. */
  section(kind: Kind, node: Node): Node {
    if (node.type === "broken" || isNull(node)) return node;
    switch (kind.yaml.form) {
      case "single":
        return this.object(kind, node);
      case "list": {
        if (node.type !== "list") return this.#breakNode(node, describeMismatch("a list", node));
        const field = kind.yaml.nameField ?? "";
        return { ...node, items: node.items.map((item) => this.#readListItem(kind, field, item)) };
      }
      case "map": {
        if (node.type !== "map")
          return this.#breakNode(node, `must be a map with a name for each, not ${describeNode(node)}`);
        const entries = [...node.entries].map(([name, { key, value }]): [string, MapEntry] => [
          name,
          { key, value: this.object(kind, value, entryKeysOf(kind)) },
        ]);
        return { ...node, entries: new Map(entries) };
      }
    }
  }

  #readListItem(kind: Kind, field: string, item: Node): Node {
    if (item.type === "broken") return item;
    if (item.type !== "scalar" || item.value === null) {
      return this.#breakNode(item, `must be only the ${field} of a ${kind.title}, not ${describeNode(item)}`);
    }
    return checkField(kind, field, item, this.diagnostics)
      ? item
      : { type: "broken", position: item.position };
  }

  /** Reports the problems of a field's value. Returns `false` if there are any. */
  field(kind: Kind, name: string, node: Node): boolean {
    return checkField(kind, name, node, this.diagnostics);
  }

  #fieldOf(kind: Kind, name: string, written: Node): Node {
    const node = this.#references(written, fieldMeta(kind, name).secret === true);
    if (isBroken(node)) return { type: "broken", position: node.position };
    return checkField(kind, name, node, this.diagnostics)
      ? this.#withFile(kind, name, node)
      : { type: "broken", position: node.position };
  }

  /** Adds a digest of the local file that it names, whose path is relative to the YAML file. */
  #withFile(kind: Kind, name: string, node: Node): Node {
    const read = kind.localFiles?.[name];
    if (!read || node.type !== "scalar" || typeof node.value !== "string") return node;
    try {
      return { ...node, value: read(node.value, this.folders.get(node.position.file), this.root) };
    } catch (error) {
      if (!(error instanceof LocalFileError)) throw error;
      return this.#breakNode(node, error.message);
    }
  }

  /**
   * Replaces each `{fromEnv: NAME}` by a reference.
   *
   * @param secret Whether the field holds a secret whose value cannot be read from the server.
   */
  #references(node: Node, secret = false): Node {
    if (node.type === "list") return { ...node, items: node.items.map((item) => this.#references(item)) };
    if (node.type !== "map") return node;
    const source = [...node.entries.keys()].find(isSecretSource);
    if (source === undefined) {
      const entries = [...node.entries].map(([name, { key, value }]): [string, MapEntry] => [
        name,
        { key, value: this.#references(value) },
      ]);
      return { ...node, entries: new Map(entries) };
    }
    const keep = node.entries.get(ifMissingKey);
    if (keep && !this.#mayKeep(keep.value, secret)) return { type: "broken", position: node.position };
    const other = [...node.entries.keys()].find((name) => name !== source && name !== ifMissingKey);
    if (other !== undefined) {
      return this.#breakNode(node, `a secret reference has one key: "${source}" or "${other}", not both`);
    }
    const name = node.entries.get(source)?.value;
    if (
      name?.type !== "scalar" ||
      typeof name.value !== "string" ||
      name.value === "" ||
      name.value.includes("\0")
    ) {
      if (name?.type === "broken") return name;
      return this.#breakNode(name ?? node, `must be text. ${secretSources[source]}`);
    }
    const { position } = node;
    const folder = this.folders.get(position.file) ?? "";
    return {
      type: "reference",
      position,
      reference: new SecretReference(source, name.value, position, folder, keep !== undefined),
    };
  }

  /** Whether `ifMissing` is `keep`, in a place where it is allowed. */
  #mayKeep(node: Node, secret: boolean): boolean {
    if (node.type === "broken") return false;
    const problem = !secret
      ? "is only valid for secret values"
      : node.type === "scalar" && node.value === "keep"
        ? undefined
        : 'must be "keep": the value on the server stays unchanged until the secret is supplied';
    if (problem !== undefined) this.diagnostics.error(node.position, problem);
    return problem === undefined;
  }

  #breakNode(node: Node, message: string): Node {
    this.diagnostics.error(node.position, message);
    return { type: "broken", position: node.position };
  }
}

/** `LOG_LEVEL: info` → `LOG_LEVEL: { value: info }` */
export function expandShorthand(kind: Kind, node: Node): Node {
  const { shorthand } = kind.yaml;
  if (!shorthand) return node;
  const isReference = node.type === "map" && [...node.entries.keys()].some(isSecretSource);
  if (node.type !== "scalar" && !isReference) return node;
  return {
    type: "map",
    position: node.position,
    entries: new Map([[shorthand, { key: node.position, value: node }]]),
  };
}

/** Reports secret fields that hold a value instead of a reference. Returns `false` if there are any. */
export function refuseLiterals(kind: Kind, object: MapNode, diagnostics: Diagnostics): boolean {
  let fine = true;
  const secret = kind.secretFields ? kind.secretFields(argsOf(kind, object)) : fieldsMarked(kind, "secret");
  for (const field of secret) {
    const node = object.entries.get(field)?.value;
    if (!isGiven(node) || node.type === "reference") continue;
    diagnostics.error(
      node.position,
      "is secret: refer to it with { fromEnv: NAME }, fromConfig, fromPass or fromFile, not with its value",
    );
    fine = false;
  }
  return fine;
}

/** The kind's fields from the YAML, with what references to secrets imply. */
export function argsOf(kind: Kind, object: MapNode): Properties {
  const written: Record<string, unknown> = {};
  const implied: Properties[] = [];
  for (const field of Object.keys(kind.args.shape)) {
    const node = object.entries.get(field)?.value;
    if (!isGiven(node)) continue;
    if (node.type === "reference") implied.push(fieldMeta(kind, field).impliedBySecret ?? {});
    written[field] = toPlainValue(node);
  }
  return implied.length === 0 ? written : { ...Object.assign({}, ...implied), ...written };
}
