/** Registers the deletion of unmanaged objects, so that the engine shows it and carries it out. */
import * as pulumi from "@pulumi/pulumi";
import { providerKey, providerText } from "../model/providerText";
import { removalName, removalType } from "../model/typeToken";
import { toRemovalInputs } from "../provider/removal";
import type { UnmanagedObject } from "./model";
import { removalNames } from "./plan";

class UnmanagedRemoval extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.CustomResourceOptions) {
    super(removalType, name, { ...inputs, [providerKey]: providerText({ name: removalName }) }, options);
  }
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
