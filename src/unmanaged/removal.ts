/** Registers the deletion of unmanaged objects, so that the engine shows it and carries it out. */
import * as pulumi from "@pulumi/pulumi";
import { providerKey, providerText } from "../model/providerText";
import { removalName, removalType } from "../model/typeToken";
import type { Plan } from "../plan";
import { toRemovalInputs } from "../provider/removal";
import { nameOf, type UnmanagedObject } from "./model";

class UnmanagedRemoval extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.CustomResourceOptions) {
    super(removalType, name, { ...inputs, [providerKey]: providerText({ name: removalName }) }, options);
  }
}

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

/**
 * @param ownerOf The resource of a declared repository, project or environment.
 */
export function registerRemovals(
  objects: readonly UnmanagedObject[],
  ownerOf: (object: UnmanagedObject) => pulumi.Resource | undefined,
): void {
  for (const [one, name] of removalNames(objects)) {
    const parent = ownerOf(one);
    new UnmanagedRemoval(
      name,
      toRemovalInputs(one.kind, one.found.id, one.at, one.found.args),
      // A completed removal needs no protection, wherever it was.
      { ...(parent ? { parent } : {}), protect: false },
    );
  }
}
