/** The resources of YAML, registered with the engine. */
import * as pulumi from "@pulumi/pulumi";
import { type DesiredResource, discreetFields } from "../desired";
import type { Values } from "../kinds/kind";
import { placesOf, type Renames } from "../plan";
import { Needs } from "../plan/needs";
import { BitbucketResource } from "../sdk/resource";

/** A resource with its secrets and users resolved. */
export interface Ready {
  readonly resource: DesiredResource;
  readonly kind: DesiredResource["kind"];
  readonly name: string;
  readonly args: Values;
}

/** Resources as they are registered, each after those that it needs. */
export class Registration {
  readonly #made = new Map<DesiredResource, pulumi.CustomResource>();
  readonly #needs: Needs;

  constructor(
    private readonly workspace: string,
    private readonly desired: readonly Ready[],
    private readonly former: Renames["former"],
  ) {
    this.#needs = new Needs(desired);
  }

  made(resource: DesiredResource): pulumi.CustomResource | undefined {
    return this.#made.get(resource);
  }

  register(): void {
    for (const { resource, kind, name, args } of this.desired) {
      const parent = resource.parent && this.#made.get(resource.parent);
      const before = this.#needs.of(resource);
      const former = this.former.get(resource);
      const discreet = discreetFields(resource.args).filter((field) => args[field] !== undefined);
      const hidden = Object.fromEntries(discreet.map((field) => [field, pulumi.secret(args[field])]));
      const made = new BitbucketResource(
        kind.name,
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
  #places(resource: DesiredResource): Values {
    return placesOf(resource, this.workspace, (owner) => this.#made.get(owner)?.id);
  }
}
