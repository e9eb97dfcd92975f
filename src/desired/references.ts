/** What resources refer to by name: fields that name another object of the workspace, which must exist. */
import { fieldMeta, identityOf, type Kind } from "../kinds/kind";
import { suggestWord } from "../model/suggest";
import type { CombinedFiles } from "./combine";
import type { Diagnostics, Position } from "./diagnostics";
import { describeMismatch } from "./mismatch";
import { describeNode, isNull, type Node } from "./node";
import type { DesiredResource, ExistingReference } from "./stack";
import type { Structure } from "./structure";

/** The resources by natural key, which is unique among those of one kind and parent. */
export class Identities {
  readonly #resources = new Map<Kind, Map<DesiredResource | undefined, Map<string, DesiredResource>>>();

  /** Adds a resource, unless another one has the same identity. @returns the other. */
  add(resource: DesiredResource, identity: string): DesiredResource | undefined {
    const siblings = this.#siblings(resource.kind, resource.parent);
    const other = siblings.get(identity);
    if (!other) siblings.set(identity, resource);
    return other;
  }

  /** Those without a parent. */
  top(kind: Kind): ReadonlyMap<string, DesiredResource> {
    return this.#siblings(kind, undefined);
  }

  #siblings(kind: Kind, parent: DesiredResource | undefined): Map<string, DesiredResource> {
    const byParent =
      this.#resources.get(kind) ?? new Map<DesiredResource | undefined, Map<string, DesiredResource>>();
    this.#resources.set(kind, byParent);
    const siblings = byParent.get(parent) ?? new Map<string, DesiredResource>();
    byParent.set(parent, siblings);
    return siblings;
  }
}

export class References {
  constructor(
    private readonly combined: CombinedFiles,
    private readonly structure: Structure,
    private readonly resources: readonly DesiredResource[],
    private readonly identities: Identities,
    private readonly diagnostics: Diagnostics,
  ) {}

  /**
   * Fields that refer to an object of the workspace must name an existing one.
   *
   * @param isLenient Whether values may contradict what they refer to.
   * @returns what is declared to exist.
   */
  check(isLenient: boolean): readonly ExistingReference[] {
    const existing = this.#readExisting();
    for (const target of this.structure.referableKinds()) {
      const [field] = target.naturalKey;
      if (field === undefined) continue;
      // Includes objects with errors: they exist, and have been reported.
      const written = this.combined.sections.get(target.yaml.section);
      if (written && written.type !== "map") continue;
      const broken = [...(written?.entries ?? [])].flatMap(([name, { value }]) =>
        value.type === "map" ? [] : name,
      );
      const own = this.resources.flatMap(({ kind, args }) => (kind === target ? (args[field] ?? []) : []));
      const known = new Set([
        ...this.identities.top(target).keys(),
        ...[...own, ...broken].map((name) => identityOf(target, { [field]: name })),
        ...(existing.get(target) ?? []).map((name) => identityOf(target, { [field]: name })),
      ]);
      for (const resource of this.resources) {
        if (!isLenient) this.#checkContradictions(resource, target, field);
        for (const name of Object.keys(resource.args)) {
          if (fieldMeta(resource.kind, name).reference !== target.parentRole) continue;
          this.#checkReference(resource, name, target, field, known, existing.get(target) ?? []);
        }
      }
    }
    return [...existing].flatMap(([kind, names]) => names.map((name) => ({ kind, name })));
  }

  /** Checks values that are valid by themselves but contradict what they refer to. */
  #checkContradictions(resource: DesiredResource, target: Kind, field: string): void {
    for (const [name, contradiction] of Object.entries(resource.kind.contradicts ?? {})) {
      const key = resource.args[name];
      if (fieldMeta(resource.kind, name).reference !== target.parentRole || typeof key !== "string") continue;
      const other = this.identities.top(target).get(identityOf(target, { [field]: key }));
      const issue = other && contradiction(resource.args, other.args);
      if (!other || !issue) continue;
      const at = other.positionOf(issue.with ?? []);
      this.diagnostics.error(resource.positionOf(issue.path), formatConflict(issue.message, at));
    }
  }

  #checkReference(
    resource: DesiredResource,
    name: string,
    target: Kind,
    field: string,
    known: ReadonlySet<string>,
    existing: readonly string[],
  ): void {
    const value = resource.args[name];
    const values = Array.isArray(value) ? value : [value];
    for (const [index, one] of values.entries()) {
      if (typeof one !== "string" || known.has(identityOf(target, { [field]: one }))) continue;
      const names = [
        ...existing,
        ...this.resources.flatMap(({ kind, args, name: own }) =>
          kind === target ? String(args[field] ?? own) : [],
        ),
      ];
      const { section } = target.yaml;
      this.diagnostics.error(
        resource.positionOf(Array.isArray(value) ? [name, index] : [name]),
        `there is no ${target.title} "${one}". Declare it under "${section}" or, if it is managed elsewhere, ` +
          `list it under "existing: ${section}:"`,
        suggestWord(one, names),
      );
    }
  }

  #readExisting(): ReadonlyMap<Kind, readonly string[]> {
    const sections = new Map(this.structure.referableKinds().map((kind) => [kind.yaml.section, kind]));
    const existing = new Map<Kind, string[]>();
    for (const [name, { key, value }] of this.combined.existing.entries) {
      const kind = sections.get(name);
      if (!kind) {
        this.diagnostics.error(key, `unknown section "${name}"`, suggestWord(name, [...sections.keys()]));
      } else if (value.type === "list") {
        existing.set(
          kind,
          value.items.flatMap((item) => this.#existingName(kind, item)),
        );
      } else if (!isNull(value) && value.type !== "broken") {
        this.diagnostics.error(value.position, describeMismatch(`a list of ${kind.yaml.section}`, value));
      }
    }
    return existing;
  }

  #existingName(kind: Kind, item: Node): string[] {
    if (item.type === "scalar" && typeof item.value === "string") return [item.value];
    if (item.type !== "broken") {
      this.diagnostics.error(
        item.position,
        `must be the ${kind.naturalKey[0]} of a ${kind.title}, not ${describeNode(item)}`,
      );
    }
    return [];
  }
}

/** A message with the other of the two places that it concerns. */
export function formatConflict(message: string, other: Position | undefined): string {
  return other ? `${message} (${other.path}, ${other.file}:${other.line})` : message;
}
