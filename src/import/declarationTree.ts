/** Declared objects with what belongs to them, as YAML has them. */
import type { Node } from "yaml";
import { type DesiredResource, Structure } from "../desired";
import { project, repository } from "../kinds";
import type { Kind } from "../kinds/kind";
import { groupBy } from "../model/groupBy";
import type { Declaration } from "./declare";
import { objectNode, type PathStep, sectionNode, type YamlNotes } from "./documents";
import { type TreeValue, treeFrom, type ValueTree } from "./tree";

const structure = new Structure();

export class DeclarationTree {
  readonly #children: ReadonlyMap<Declaration | undefined, readonly Declaration[]>;

  constructor(
    declarations: readonly Declaration[],
    private readonly notes: YamlNotes,
  ) {
    this.#children = groupBy(declarations, ({ parent }) => parent);
  }

  /** @param parent Undefined: what belongs to the workspace itself. */
  childrenOf(parent: Declaration | undefined): readonly Declaration[] {
    return this.#children.get(parent) ?? [];
  }

  nodeOf(one: Declaration): Node {
    const { notes } = this;
    const node =
      one.kind.yaml.form === "single"
        ? sectionNode(one.kind, this.treeOf(one), notes)
        : objectNode(one.kind, this.treeOf(one), notes);
    const note = notes.get(one.key);
    if (note !== undefined && "value" in node) node.comment = ` ${note}`;
    return node;
  }

  treeOf(one: Declaration): ValueTree {
    const tree = new Map<string, TreeValue>(treeFrom(one.fields));
    const children = this.childrenOf(one);
    for (const kind of structure.sectionsOf(one.kind)) {
      const mine = children.filter((child) => child.kind === kind);
      const [first] = mine;
      if (!first) continue;
      const { section, form } = kind.yaml;
      if (form === "list")
        tree.set(
          section,
          mine.map(({ key }) => key),
        );
      else if (form === "single") tree.set(section, this.treeOf(first));
      else tree.set(section, new Map(mine.map((child) => [child.key, this.treeOf(child)])));
    }
    return tree;
  }

  steps(one: Declaration): readonly PathStep[] {
    return [...(one.parent ? this.steps(one.parent) : []), ...stepsBelow(one.kind, one.key)];
  }
}

export function stepsBelow(kind: Kind, key: string): readonly PathStep[] {
  const { section, form, shorthand } = kind.yaml;
  return form === "single" ? [{ key: section, shorthand }] : [{ key: section }, { key, shorthand }];
}

/** The key of a declared resource in its section. */
export function sectionKeyOf({ kind, name, parent }: DesiredResource): string {
  if (kind.yaml.form === "single") return "";
  if (!parent) return name;
  return name.slice(`${structure.namePrefix(kind, parent.kind)}${parent.name}:`.length);
}

export function rootOf(one: Declaration): Declaration {
  return one.parent ? rootOf(one.parent) : one;
}

export function rankOf({ kind }: Declaration): number {
  return kind === project ? 0 : kind === repository ? 1 : 2;
}
