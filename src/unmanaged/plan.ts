/** Removals in a plan. */
import type { Plan } from "../plan";
import { nameOf, type UnmanagedObject } from "./model";

/** The names of removals: the kind and the label. Ids distinguish two of the same name. */
export function removalNames(objects: readonly UnmanagedObject[]): ReadonlyMap<UnmanagedObject, string> {
  const names = objects.map((one) => `${one.kind.name} ${nameOf(one)}`.replaceAll("::", ":"));
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return new Map(
    objects.map((one, index) => {
      const name = names[index] ?? "";
      return [one, (times.get(name) ?? 0) > 1 ? `${name} ${one.found.id}` : name];
    }),
  );
}

/** The plan with the removals: they count as deletions for limits and scopes. */
export function addRemovals(plan: Plan, removals: readonly UnmanagedObject[]): Plan {
  const changes = removals.map((one) => ({
    operation: "delete" as const,
    kind: one.kind,
    name: nameOf(one),
    values: { ...one.at, ...one.found.args },
  }));
  return { ...plan, changes: [...plan.changes, ...changes], managed: plan.managed + removals.length };
}
