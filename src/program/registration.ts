/** The resources of YAML, registered with the engine. */
import * as pulumi from "@pulumi/pulumi";
import { type DesiredResource, secretFields } from "../desired";
import type { Properties } from "../kinds/kind";
import { placesOf, type Renames } from "../plan";
import { DependencyIndex } from "../plan/dependencies";
import { resourceClass } from "../sdk/resource";

/** A resource with its secrets and users resolved. */
export interface ResolvedResource {
  readonly resource: DesiredResource;
  readonly kind: DesiredResource["kind"];
  readonly name: string;
  readonly args: Properties;
}

/** Resources as they are registered, each after those that it needs. */
export class Registration {
  readonly #made = new Map<DesiredResource, pulumi.CustomResource>();
  readonly #needs: DependencyIndex;

  constructor(
    private readonly workspace: string,
    private readonly desired: readonly ResolvedResource[],
    private readonly former: Renames["former"],
  ) {
    this.#needs = new DependencyIndex(desired);
  }

  getRegistered(resource: DesiredResource): pulumi.CustomResource | undefined {
    return this.#made.get(resource);
  }

  register(): void {
    for (const { resource, kind, name, args } of this.desired) {
      const parent = resource.parent && this.#made.get(resource.parent);
      const before = this.#needs.dependenciesOf(resource);
      const former = this.former.get(resource);
      const discreet = secretFields(resource.args).filter((field) => args[field] !== undefined);
      const hidden = Object.fromEntries(discreet.map((field) => [field, pulumi.secret(args[field])]));
      const Class = resourceClass(kind) as unknown as AnyClass;
      const made = new Class(
        name,
        { ...this.#places(resource), ...args, ...hidden },
        {
          ...(parent ? { parent } : {}),
          ...(discreet.length > 0 ? { additionalSecretOutputs: discreet } : {}),
          ...(former ? { aliases: [former.urn] } : {}),
          ...(before.length > 0 ? { dependsOn: before.flatMap((other) => this.#made.get(other) ?? []) } : {}),
        },
      );
      this.#made.set(resource, made);
    }
  }

  /** The inputs that say where an object lives. An id stays known in the preview of a parent that changes. */
  #places(resource: DesiredResource): Properties {
    return placesOf(resource, this.workspace, (owner) => this.#made.get(owner)?.id);
  }
}

type AnyClass = new (
  name: string,
  args: Properties,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;
