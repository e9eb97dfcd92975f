/** Orders objects by name, independent of the server's order. */
import { kinds } from "../kinds";
import type { Kind } from "../kinds/kind";
import type { SurveyedObject } from "../live";
import { keyFor } from "./keys";

const collator = new Intl.Collator("en", { numeric: true });

/** Sorts owners before their members, kinds in their order, and siblings by name: `svc-9` before `svc-10`. */
export function sortByOwner(objects: readonly SurveyedObject[]): readonly SurveyedObject[] {
  const all = new Set(objects);
  const children = new Map<SurveyedObject | undefined, SurveyedObject[]>();
  for (const one of objects) {
    const owner = one.owner && all.has(one.owner) ? one.owner : undefined;
    const siblings = children.get(owner);
    if (siblings) siblings.push(one);
    else children.set(owner, [one]);
  }
  const names = new Map(objects.map((one) => [one, keyFor(one)]));
  const compare = (a: SurveyedObject, b: SurveyedObject): number =>
    rankOf(a.kind) - rankOf(b.kind) ||
    stageOf(a) - stageOf(b) ||
    collator.compare(names.get(a) ?? "", names.get(b) ?? "") ||
    // If names are equal, the id decides, so that the order is stable.
    (a.found.id < b.found.id ? -1 : 1);
  const below = (owner: SurveyedObject | undefined): SurveyedObject[] =>
    (children.get(owner) ?? []).sort(compare).flatMap((one) => [one, ...below(one)]);
  return below(undefined);
}

function rankOf(kind: Kind): number {
  return kinds.indexOf(kind);
}

function stageOf({ kind, found }: SurveyedObject): number {
  const order = kind.onImport?.order;
  return order ? order.values.indexOf(String(found.args[order.field])) : 0;
}
