/** Registers the resources of YAML with the engine. */
import * as pulumi from "@pulumi/pulumi";
import { type DesiredResource, secretFields } from "../desired";
import type { Kind, Properties } from "../kinds/kind";
import { levelField, neededLevel } from "../model/level";
import { type FrontEnd, tokenOf } from "../model/typeToken";
import { placesOf, type Renames } from "../plan";
import { DependencyIndex } from "../plan/dependencies";
import type { ResolvedResource } from "../preview/resolved";
import { parseUrn } from "../pulumi/urn";
import { nativeProvider } from "../sdk/nativeProvider";
import { BitbucketResource } from "../sdk/resource";

/** Registers resources, each after its dependencies. */
export class Registration {
  readonly #made = new Map<DesiredResource, pulumi.CustomResource>();
  readonly #needs: DependencyIndex;
  /** URNs of resources that the other front end has created, by kind and name. */
  readonly #elsewhere = new Map<string, string>();

  constructor(
    private readonly workspace: string,
    private readonly desired: readonly ResolvedResource[],
    private readonly former: Renames["former"],
    private readonly frontEnd: FrontEnd = "dynamic",
    /** The state: resources of the other front end are adopted. */
    held: readonly { readonly kind: Kind; readonly name: string; readonly urn: string }[] = [],
  ) {
    for (const { kind, name, urn } of held)
      if (parseUrn(urn).type !== tokenOf(kind, frontEnd)) this.#elsewhere.set(`${kind.name} ${name}`, urn);
    this.#needs = new DependencyIndex(desired);
  }

  getRegistered(resource: DesiredResource): pulumi.CustomResource | undefined {
    return this.#made.get(resource);
  }

  register(): void {
    const provider = this.frontEnd === "native" ? nativeProvider() : undefined;
    for (const { resource, kind, name, args } of this.desired) {
      const parent = resource.parent && this.#made.get(resource.parent);
      const before = this.#needs.dependenciesOf(resource);
      const former = this.former.get(resource)?.urn ?? this.#elsewhere.get(`${kind.name} ${name}`);
      const places = this.#places(resource);
      const level = this.frontEnd === "native" ? neededLevel(kind, places) : undefined;
      const discreet = secretFields(resource.args).filter((field) => args[field] !== undefined);
      const hidden = Object.fromEntries(discreet.map((field) => [field, pulumi.secret(args[field])]));
      const made = new BitbucketResource(
        kind.name,
        name,
        { ...places, ...args, ...hidden, ...(level === undefined ? {} : { [levelField]: level }) },
        {
          ...(provider ? { provider } : {}),
          ...(parent ? { parent } : {}),
          ...(discreet.length > 0 ? { additionalSecretOutputs: discreet } : {}),
          ...(former === undefined ? {} : { aliases: [former] }),
          ...(before.length > 0 ? { dependsOn: before.flatMap((other) => this.#made.get(other) ?? []) } : {}),
        },
        this.frontEnd,
      );
      this.#made.set(resource, made);
    }
  }

  /** The inputs that locate an object. An id stays known in the preview of a parent that changes. */
  #places(resource: DesiredResource): Properties {
    return placesOf(resource, this.workspace, (owner) => this.#made.get(owner)?.id);
  }
}
