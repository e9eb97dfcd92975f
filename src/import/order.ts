/** The order in which objects are written: that of what they are called, whatever order the server has. */
import { kinds } from "../kinds";
import type { Kind } from "../kinds/kind";
import type { Surveyed } from "../live";
import { keyFor } from "./keys";

const collator = new Intl.Collator("en", { numeric: true });

/** Owners before what belongs to them, kinds in their order, and siblings by name: `svc-9` before `svc-10`. */
export function inOrder(objects: readonly Surveyed[]): readonly Surveyed[] {
  const all = new Set(objects);
  const children = new Map<Surveyed | undefined, Surveyed[]>();
  for (const one of objects) {
    const owner = one.owner && all.has(one.owner) ? one.owner : undefined;
    const siblings = children.get(owner);
    if (siblings) siblings.push(one);
    else children.set(owner, [one]);
  }
  const names = new Map(objects.map((one) => [one, keyFor(one)]));
  const compare = (a: Surveyed, b: Surveyed): number =>
    rankOf(a.kind) - rankOf(b.kind) ||
    stageOf(a) - stageOf(b) ||
    collator.compare(names.get(a) ?? "", names.get(b) ?? "") ||
    // Where names are alike, an id decides, so that it is always the same one.
    (a.found.id < b.found.id ? -1 : 1);
  const below = (owner: Surveyed | undefined): Surveyed[] =>
    (children.get(owner) ?? []).sort(compare).flatMap((one) => [one, ...below(one)]);
  return below(undefined);
}

function rankOf(kind: Kind): number {
  return kinds.indexOf(kind);
}

function stageOf({ kind, found }: Surveyed): number {
  const order = kind.onImport?.order;
  return order ? order.values.indexOf(String(found.args[order.field])) : 0;
}
