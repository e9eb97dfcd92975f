/** The layers that teams' files add to repositories: what a rule allows, and nothing else. */
import type { Kind } from "../../kinds/kind";
import { suggestWord } from "../../model/suggest";
import type { Diagnostics, Position } from "../diagnostics";
import type { LayerReader } from "../layer";
import { mergeNodes } from "../merge";
import type { MapEntry, Node } from "../node";
import { type DesiredResource, provenanceOf } from "../stack";
import type { Structure } from "../structure";
import { LayerFilter, listRules, type ValueGrant } from "./layerFilter";
import { findExcess, isAt } from "./limits";
import type { DelegationRule } from "./read";

/** A file that others than the centre write. */
export interface DelegatedFile {
  /** As messages name it. */
  readonly name: string;
  readonly rules: readonly DelegationRule[];
  /** The repository whose own file it is, by its key in the stack. Undefined: a file beside the stack. */
  readonly ownOf?: string | undefined;
  /** What it holds of repositories, by their keys in the stack. */
  readonly repositories: ReadonlyMap<string, MapEntry>;
}

export class DelegatedLayers {
  /** By the position of the value, or of the name of an entry that the team adds. */
  readonly grants = new Map<Position, ValueGrant>();

  constructor(
    private readonly files: readonly DelegatedFile[],
    private readonly structure: Structure,
    private readonly reader: LayerReader,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** Reports what the files hold of repositories that the stack does not declare. */
  checkNames(declared: readonly string[]): void {
    for (const { repositories } of this.files)
      for (const [name, { key }] of repositories)
        if (!declared.includes(name))
          this.diagnostics.error(
            key,
            `the stack declares no repository "${name}", and only the stack can`,
            suggestWord(name, declared),
          );
  }

  /**
   * Reports the values of a resource that are beyond a limit: those that a team sets, and all of a resource that a team
   * adds.
   *
   * @param steps The sections and entries from its repository to it.
   */
  checkLimits(resource: DesiredResource, steps: readonly string[]): void {
    if (this.grants.size === 0) return;
    const added = this.grants.get(resource.position);
    const fields = new Set([
      ...Object.keys(resource.args),
      ...(added?.limits ?? []).map(({ field }) => field),
    ]);
    for (const field of fields) {
      const node = provenanceOf(resource, [field])[0]?.node;
      if (node?.type === "broken") continue;
      const grant = (node && this.grants.get(node.position)) ?? added;
      for (const limit of grant?.limits ?? []) {
        if (limit.field !== field || limit.kind !== resource.kind || !isAt(limit, [...steps, field]))
          continue;
        const excess = findExcess(limit, resource.args);
        const { file, line } = limit.position;
        if (excess !== undefined)
          this.diagnostics.errorOfRule(
            resource.positionOf([field]),
            `${excess}: the limit "${limit.text}" of delegation (${file}:${line}), which the rule "${grant?.rule.name}" is subject to`,
          );
      }
    }
  }

  /**
   * Puts what the files set on top of a repository.
   *
   * @param centre The merged layers of the stack's own files.
   */
  addTo(name: string, kind: Kind, centre: Node): Node {
    const setBefore = new Map<string, Position>();
    let current = centre;
    for (const file of this.files) {
      const entry = file.repositories.get(name);
      if (!entry) continue;
      const rules = file.rules.filter((rule) => rule.matches(name));
      if (rules.length === 0) {
        this.diagnostics.errorOfRule(
          entry.key,
          `the repository "${name}" is not delegated to this file: ${listRules(file.rules, ({ repositories }) => `covers ${repositories}`)}`,
        );
        continue;
      }
      const filter = new LayerFilter(rules, this.structure, this.diagnostics, this.grants, setBefore);
      const layer = filter.object(
        kind,
        entry.value,
        rules.map((rule) => ({ rule, grant: rule.grants })),
        { centre, current, steps: [] },
      );
      if (layer) current = mergeNodes(current, this.reader.object(kind, layer));
    }
    return current;
  }
}
