/** Which sections and fields the YAML has, derived from the kinds. */
import { uncapitalise } from "../errors/words";
import { kinds as allKinds } from "../kinds";
import type { Kind, ParentName } from "../kinds/kind";

/** The kinds in the YAML's structure. */
export class Structure {
  readonly #parentRoles: ReadonlySet<ParentName>;
  readonly #sections = new Map<Kind, readonly Kind[]>();
  readonly #prefixes = new Map<Kind, Map<Kind, string>>();

  constructor(readonly kinds: readonly Kind[] = allKinds) {
    this.#parentRoles = new Set(kinds.flatMap((kind) => kind.parentRole ?? []));
  }

  /** Returns the top-level kinds: those without a declarable parent. */
  topSections(): readonly Kind[] {
    return this.kinds.filter((kind) => kind.parents.some((parent) => !this.#parentRoles.has(parent)));
  }

  /** Returns the kinds that can be nested in an object of a kind. */
  sectionsOf(kind: Kind): readonly Kind[] {
    const { parentRole } = kind;
    const sections =
      this.#sections.get(kind) ??
      (parentRole ? this.#inOrder(this.kinds.filter((child) => child.parents.includes(parentRole))) : []);
    this.#sections.set(kind, sections);
    return sections;
  }

  /** The kind that rules and profiles apply to. */
  get profiledKind(): Kind | undefined {
    return this.kinds.find((kind) => kind.parentRole === "repository");
  }

  /** Kinds that others can refer to without declaring them: the sections of `existing`. */
  referableKinds(): readonly Kind[] {
    return this.topSections().filter((kind) => kind.parentRole !== undefined);
  }

  /** The name of a kind in `defaults`: `deployKey`. */
  defaultsName(kind: Kind): string {
    return uncapitalise(kind.name);
  }

  /**
   * Returns the name prefix of a kind's objects below this parent: none, except for a parent outside the line
   * of the first one, where names could collide.
   */
  namePrefix(kind: Kind, parent: Kind): string {
    const prefixes = this.#prefixes.get(kind) ?? new Map<Kind, string>();
    this.#prefixes.set(kind, prefixes);
    const [first] = kind.parents;
    const { parentRole } = parent;
    const prefix =
      prefixes.get(parent) ??
      (parentRole && first && !this.#line(first).has(parentRole) ? `${parentRole}:` : "");
    prefixes.set(parent, prefix);
    return prefix;
  }

  /** A parent, and everything that it can itself be in. */
  #line(parent: ParentName, line = new Set<ParentName>()): Set<ParentName> {
    if (line.has(parent)) return line;
    line.add(parent);
    for (const kind of this.kinds) {
      if (kind.parentRole === parent) for (const outer of kind.parents) this.#line(outer, line);
    }
    return line;
  }

  /** In the listed order, except for kinds that depend on others. */
  #inOrder(kinds: readonly Kind[]): Kind[] {
    const ordered = new Set<Kind>();
    const open = new Set<Kind>();
    const add = (kind: Kind): void => {
      if (open.has(kind)) return;
      open.add(kind);
      for (const name of kind.dependsOnKinds ?? []) {
        const before = kinds.find((other) => other.name === name);
        if (before) add(before);
      }
      ordered.add(kind);
    };
    for (const kind of kinds) add(kind);
    return [...ordered];
  }
}
