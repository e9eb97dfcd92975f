/** Takes from a team's file what a rule allows, and reports the rest. */
import type { Kind } from "../../kinds/kind";
import { suggestWord } from "../../model/suggest";
import type { Diagnostics, Position } from "../diagnostics";
import { schemaOf } from "../fieldCheck";
import { entryKeys, expandShorthand } from "../layer";
import { describeMismatch } from "../mismatch";
import {
  describeNode,
  isNull,
  type ListNode,
  type MapEntry,
  type MapNode,
  type Node,
  toPlainValue,
} from "../node";
import { profileKeys } from "../repositoryLayers";
import type { Structure } from "../structure";
import type { DelegationLimit } from "./limits";
import { anyEntry, formatPlace, whyNeverDelegated } from "./place";
import type { DelegationRule, GrantNode } from "./read";
import { findSecrets } from "./writtenSecrets";

/** Why a value of a team's file counts. */
export interface ValueGrant {
  readonly rule: DelegationRule;
  /** The limits of all rules that cover the file and the repository. */
  readonly limits: readonly DelegationLimit[];
}

/** A rule, and what it allows at the place that is being read. */
interface Cursor {
  readonly rule: DelegationRule;
  readonly grant: GrantNode;
}

/** What is at one place: in the team's file, from the centre alone, and from the centre and the files before. */
interface PlaceNodes {
  readonly centre: Node | undefined;
  readonly current: Node | undefined;
  readonly steps: readonly string[];
}

/** Takes from one file what its rules allow for one repository, and reports the rest. */
export class LayerFilter {
  constructor(
    private readonly rules: readonly DelegationRule[],
    private readonly structure: Structure,
    private readonly diagnostics: Diagnostics,
    private readonly grants: Map<Position, ValueGrant>,
    /** Where other files set a value of this repository. */
    private readonly setBefore: Map<string, Position>,
  ) {}

  object(kind: Kind, written: Node, cursors: readonly Cursor[], place: PlaceNodes): MapNode | undefined {
    if (written.type === "broken") return undefined;
    const node = expandShorthand(kind, written);
    if (node.type !== "map")
      return this.#refuse(node.position, `must be a map of properties, not ${describeNode(node)}`);
    const sections = new Map(this.structure.sectionsOf(kind).map((child) => [child.yaml.section, child]));
    const entries = new Map<string, MapEntry>();
    for (const [name, { key, value }] of node.entries) {
      const at = stepInto(place, name);
      const section = sections.get(name);
      const below = cursors.flatMap(({ rule, grant }) => {
        const next = grant.below.get(name);
        return next ? [{ rule, grant: next }] : [];
      });
      const found = section
        ? below.length > 0
          ? this.#section(section, value, below, at)
          : this.#refuseKey(key, at)
        : schemaOf(kind, name)
          ? this.#field(kind, name, { key, value }, [...below, ...cursors], at)
          : this.#refuseUnknown(kind, name, key, [...sections.keys()], at);
      if (found) entries.set(name, { key, value: found });
    }
    return { type: "map", position: { ...node.position }, entries };
  }

  #field(
    kind: Kind,
    name: string,
    { key, value }: MapEntry,
    cursors: readonly Cursor[],
    place: PlaceNodes,
  ): Node | undefined {
    if (value.type === "broken") return undefined;
    const allowed = cursors.find(({ grant }) => grant.isWhole);
    if (!allowed) return this.#refuseKey(key, place);
    const reason = whyNeverDelegated(kind, name);
    if (reason !== undefined)
      return this.#refuse(key, `"${name}" of a ${kind.title} is never delegated: it ${reason}`);
    if (isNull(value)) return this.#refuseNull(value.position);
    // So that nobody hears that it is missing as well.
    if (!this.#checkSecrets(kind, name, value) || !this.#claim(place, value.position))
      return { type: "broken", position: value.position };
    return this.#copy(value, allowed.rule);
  }

  #section(kind: Kind, value: Node, cursors: readonly Cursor[], place: PlaceNodes): Node | undefined {
    if (value.type === "broken") return undefined;
    if (isNull(value)) return this.#refuseNull(value.position);
    switch (kind.yaml.form) {
      case "single": {
        const found = this.object(kind, value, cursors, place);
        const isNew = place.centre === undefined || isNull(place.centre);
        const [first] = cursors;
        if (found && isNew && first) this.#grant(found.position, first.rule);
        return found;
      }
      case "list":
        return this.#list(kind, value, cursors, place);
      case "map":
        return this.#map(kind, value, cursors, place);
    }
  }

  /** What a team adds to a list; the centre's items stay. */
  #list(kind: Kind, value: Node, cursors: readonly Cursor[], place: PlaceNodes): ListNode | undefined {
    const [first] = cursors;
    if (value.type !== "list" || !first)
      return this.#refuse(value.position, describeMismatch("a list", value));
    const before = place.current?.type === "list" ? place.current.items : [];
    const known = new Set(before.map((item) => JSON.stringify(toPlainValue(item))));
    const added = value.items.flatMap((item) => {
      if (item.type !== "scalar" || item.value === null) {
        if (item.type !== "broken")
          this.#refuse(item.position, `must be only the ${kind.yaml.nameField}, not ${describeNode(item)}`);
        return [];
      }
      if (known.has(JSON.stringify(item.value))) return [];
      return [this.#copy(item, first.rule)];
    });
    return added.length === 0
      ? undefined
      : { type: "list", position: value.position, items: [...before, ...added] };
  }

  #map(kind: Kind, value: Node, cursors: readonly Cursor[], place: PlaceNodes): MapNode | undefined {
    if (value.type !== "map")
      return this.#refuse(value.position, `must be a map with a name for each, not ${describeNode(value)}`);
    const entries = new Map<string, MapEntry>();
    for (const [name, { key, value: written }] of value.entries) {
      const at = stepInto(place, name);
      if (isNull(written)) {
        this.#refuseNull(key);
        continue;
      }
      const isOwn = at.centre === undefined;
      const below = cursors.flatMap(({ rule, grant }) => [
        ...(isOwn && grant.isWhole ? [{ rule, grant: wholeEntry }] : []),
        ...[name, ...(isOwn && name !== anyEntry ? [anyEntry] : [])].flatMap((step) => {
          const next = grant.below.get(step);
          return next && (step !== anyEntry || isOwn) ? [{ rule, grant: next }] : [];
        }),
      ]);
      const [first] = below;
      if (!first || (isOwn && !below.some(({ grant }) => allowsProperty(kind, grant)))) {
        if (isOwn) this.#refuseKey(key, at);
        else this.#refuseCentral(key, at);
        continue;
      }
      const object = this.object(kind, written, below, at);
      if (!object || (isOwn && !this.#claim(at, key))) continue;
      const ownKey = { ...key };
      if (isOwn) this.#grant(ownKey, first.rule);
      entries.set(name, { key: ownKey, value: object });
    }
    return { type: "map", position: value.position, entries };
  }

  /** Notes that this file sets a value. Reports it if another file does as well. */
  #claim({ steps }: PlaceNodes, position: Position): boolean {
    const place = JSON.stringify(steps);
    const other = this.setBefore.get(place);
    if (other && other.file !== position.file) {
      this.#refuse(position, `is set in ${other.file}:${other.line} as well. Keep one of the two`);
      return false;
    }
    this.setBefore.set(place, position);
    return true;
  }

  #checkSecrets(kind: Kind, field: string, value: Node): boolean {
    const isFound = findSecrets(value).map(({ source, name, position }) => {
      const allowing = this.rules.some((rule) => rule.allowsSecret(source, name));
      if (!allowing)
        this.#refuseByRule(
          position,
          `the secret reference ${source}: ${name} is not delegated: ${listRules(this.rules, () => 'names no such secret in "secrets"')}`,
        );
      else if (kind.naturalKey.includes(field))
        this.#refuse(position, `cannot be a secret: "${field}" says which ${kind.title} it is`);
      return allowing && !kind.naturalKey.includes(field);
    });
    return isFound.every(Boolean);
  }

  /** The same with positions of its own: anchors share theirs. */
  #copy(node: Node, rule: DelegationRule): Node {
    const position = { ...node.position };
    this.#grant(position, rule);
    if (node.type === "list")
      return { ...node, position, items: node.items.map((item) => this.#copy(item, rule)) };
    if (node.type !== "map") return { ...node, position };
    const entries = [...node.entries].map(([name, { key, value }]): [string, MapEntry] => [
      name,
      { key, value: this.#copy(value, rule) },
    ]);
    return { ...node, position, entries: new Map(entries) };
  }

  #grant(position: Position, rule: DelegationRule): void {
    this.grants.set(position, { rule, limits: [...new Set(this.rules.flatMap(({ limits }) => limits))] });
  }

  #refuse(position: Position, message: string): undefined {
    this.diagnostics.error(position, message);
    return undefined;
  }

  /** With a message that names the rules. */
  #refuseByRule(position: Position, message: string): undefined {
    this.diagnostics.errorOfRule(position, message);
    return undefined;
  }

  #refuseKey(key: Position, { steps }: PlaceNodes): undefined {
    const what = formatPlace(steps);
    return this.#refuseByRule(
      key,
      `"${what}" is not delegated to this file: ${listRules(this.rules, ({ allows }) => `allows ${allows}`)}`,
    );
  }

  #refuseCentral(key: Position, { steps, centre }: PlaceNodes): undefined {
    const where = centre ? ` in ${centre.position.file}:${centre.position.line}` : "";
    return this.#refuseByRule(
      key,
      `"${formatPlace(steps)}" is declared by the stack itself${where}, and is not delegated to this file: ${listRules(this.rules, ({ allows }) => `allows ${allows}`)}`,
    );
  }

  #refuseNull(position: Position): undefined {
    return this.#refuse(
      position,
      "is empty: a delegated file cannot remove what the stack declares. Leave the line out",
    );
  }

  #refuseUnknown(
    kind: Kind,
    name: string,
    key: Position,
    sections: readonly string[],
    place: PlaceNodes,
  ): undefined {
    if (centralKeys.includes(name)) return this.#refuseKey(key, place);
    this.diagnostics.error(
      key,
      `unknown property "${name}" of a ${kind.title}`,
      suggestWord(name, [...Object.keys(kind.args.shape), ...sections]),
    );
    return undefined;
  }
}

/** Whether a team may set a property of an entry, and with it add the entry: not only something in it. */
function allowsProperty(kind: Kind, { isWhole, below }: GrantNode): boolean {
  return isWhole || [...below.keys()].some((name) => schemaOf(kind, name));
}

/** Any property of an entry that the team adds. */
const wholeEntry: GrantNode = { isWhole: true, below: new Map() };

/** What the stack's own files may have in a repository besides properties and sections. */
const centralKeys: readonly string[] = [...profileKeys, ...entryKeys, "unmanaged"];

function stepInto({ centre, current, steps }: PlaceNodes, name: string): PlaceNodes {
  return { centre: childOf(centre, name), current: childOf(current, name), steps: [...steps, name] };
}

function childOf(node: Node | undefined, name: string): Node | undefined {
  return node?.type === "map" ? node.entries.get(name)?.value : undefined;
}

export function listRules(
  rules: readonly DelegationRule[],
  describe: (rule: DelegationRule) => string,
): string {
  return rules
    .map((rule) => `the rule "${rule.name}" (${rule.position.file}:${rule.position.line}) ${describe(rule)}`)
    .join("; ");
}
