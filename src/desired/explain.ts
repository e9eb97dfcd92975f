/** The effective values of a repository or project, with the line that each comes from. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { defaultsOf, type Kind } from "../kinds/kind";
import type { Position } from "./diagnostics";
import { isNull, type MapNode, type Node, toPlainValue } from "./node";
import { isSecretReference } from "./secret";
import { rootOf } from "./shards";
import { type DesiredResource, type DesiredStack, provenanceOf } from "./stack";

/** How specific a layer is, from the least to the most. */
type Layer = "default" | "defaults" | "rule" | "profile" | "own" | "delegated" | "implied";

/** A place that sets a value. */
export interface ValueSource {
  readonly layer: Layer;
  /** The profile's name, the rule's globs, or the name of the rule of `delegation:` that allows it. */
  readonly of?: string | undefined;
  /** The place of the rule of `delegation:` that allows it. */
  readonly allowedAt?: Position | undefined;
  readonly position?: Position | undefined;
  /** The value; a secret reference is `{ fromEnv: NAME }`, null removes an inherited value. */
  readonly value: unknown;
}

export interface ExplainedField extends ValueSource {
  /** `description`, or a nested path: `development.name`. */
  readonly field: string;
  /** Overridden values of other layers; the most specific first. */
  readonly overrides: readonly ValueSource[];
}

interface ExplainedResource {
  readonly kind: string;
  readonly name: string;
  readonly position: Position;
  readonly fields: readonly ExplainedField[];
}

/** A value of a less specific place that a `null` removed. */
interface RemovedEntry {
  readonly section: string;
  readonly name: string;
  readonly by: ValueSource;
  readonly overrides: readonly ValueSource[];
}

export interface Explanation {
  readonly resources: readonly ExplainedResource[];
  readonly removed: readonly RemovedEntry[];
}

interface ExplainOptions {
  readonly kinds?: readonly string[] | undefined;
  /** Whether to show fields that nobody set, with the defaults of their kinds. */
  readonly all?: boolean | undefined;
}

/** Explains everything that belongs to a repository or project. */
export function explainResource(
  stack: DesiredStack,
  root: DesiredResource,
  options: ExplainOptions = {},
): Explanation {
  const layers = new LayerSources(stack);
  const chosen = stack.resources.filter(
    (resource) => rootOf(resource) === root && isSelected(resource.kind, options.kinds),
  );
  return {
    resources: chosen.map((resource) => ({
      kind: resource.kind.name,
      name: resource.name,
      position: resource.position,
      fields: [
        ...entryFields(resource, layers),
        ...fieldsOf(resource, layers),
        ...(options.all ? defaultFields(resource) : []),
      ],
    })),
    removed: chosen.flatMap(({ kind, origin }) => findRemoved(kind, origin, layers)),
  };
}

function isSelected({ name, yaml }: Kind, kinds: readonly string[] | undefined): boolean {
  return (
    kinds === undefined ||
    kinds.some((wanted) => [name.toLowerCase(), yaml.section.toLowerCase()].includes(wanted.toLowerCase()))
  );
}

/** Explains what is not a field of the kind: the former key, which decides about a rename, and the last day. */
function entryFields(resource: DesiredResource, layers: LayerSources): ExplainedField[] {
  return (["renamedFrom", "until"] as const).flatMap((field) => {
    if (resource[field] === undefined) return [];
    const [first, ...others] = provenanceOf(resource, [field]).map((say) => layers.sourceOf(say.node));
    return first ? [{ field, ...first, overrides: others }] : [];
  });
}

function fieldsOf(resource: DesiredResource, layers: LayerSources): ExplainedField[] {
  return Object.entries(resource.args).flatMap(([field, value]) =>
    leaves(value, [field]).map(([path, leaf]) => {
      const [first, ...others] = provenanceOf(resource, path).map((say) => layers.sourceOf(say.node));
      const counts: ValueSource = first ?? { layer: "implied", value: maskValue(leaf) };
      return { field: path.join("."), ...counts, value: maskValue(leaf), overrides: others };
    }),
  );
}

/** Maps merge field by field, everything else is replaced as a whole. */
function leaves(value: unknown, path: readonly string[]): [readonly string[], unknown][] {
  const isMap =
    typeof value === "object" && value !== null && !Array.isArray(value) && !isSecretReference(value);
  if (!isMap || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([name, held]) => leaves(held, [...path, name]));
}

function defaultFields({ kind, args }: DesiredResource): ExplainedField[] {
  return Object.entries(defaultsOf(kind)).flatMap(([field, value]) =>
    args[field] === undefined ? [{ field, layer: "default" as const, value, overrides: [] }] : [],
  );
}

function findRemoved(kind: Kind, origin: MapNode, layers: LayerSources): RemovedEntry[] {
  return [...origin.entries].flatMap(([section, { value: held }]) => {
    if (held.type !== "map" || kind.args.shape[section] !== undefined) return [];
    return [...held.entries].flatMap(([name, { value }]) => {
      if (!isNull(value) || !value.overrides) return [];
      const others: ValueSource[] = [];
      for (let at: Node | undefined = value.overrides; at; at = at.overrides)
        others.push(layers.sourceOf(at));
      return [{ section, name, by: layers.sourceOf(value), overrides: others }];
    });
  });
}

/** Finds the layer that a place in the YAML belongs to. */
class LayerSources {
  readonly #globs = new Map<string, readonly unknown[]>();

  constructor(private readonly stack: DesiredStack) {}

  sourceOf(node: Node): ValueSource {
    const { position } = node;
    const [, top = "", index, name, quoted] =
      /^(\w+)(?:\[(\d+)\]|\.([^.[]+)|\["((?:[^"\\]|\\.)*)"\])?/.exec(position.path) ?? [];
    const value = maskValue(toPlainValue(node));
    const grant = this.stack.delegation?.grants.get(position);
    if (grant)
      return {
        layer: "delegated",
        of: grant.rule.name,
        allowedAt: grant.rule.position,
        position,
        value,
      };
    if (top === "defaults") return { layer: "defaults", position, value };
    if (top === "profiles") return { layer: "profile", of: name ?? quoted, position, value };
    if (top === "rules") return { layer: "rule", of: this.#globOf(position, Number(index)), position, value };
    return { layer: "own", position, value };
  }

  /** The globs of a rule, as they are written. */
  #globOf({ file }: Position, index: number): string | undefined {
    let rules = this.#globs.get(file);
    if (!rules) {
      const path = this.stack.files.find((one) => one.endsWith(file));
      const content: unknown = path === undefined ? undefined : parse(readFileSync(path, "utf8"));
      const written = typeof content === "object" && content !== null ? Object.entries(content) : [];
      const held: unknown = written.find(([key]) => key === "rules")?.[1];
      rules = Array.isArray(held) ? held : [];
      this.#globs.set(file, rules);
    }
    const rule = rules[index];
    const match: unknown =
      typeof rule === "object" && rule !== null && "match" in rule ? rule.match : undefined;
    return match === undefined ? undefined : [match].flat().join(", ");
  }
}

function maskValue(value: unknown): unknown {
  if (isSecretReference(value)) return { [value.source]: value.name };
  if (Array.isArray(value)) return value.map(maskValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, maskValue(held)]));
}
