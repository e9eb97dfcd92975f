/** Dependencies between resources, besides their parents. */
import type { DesiredResource } from "../desired";
import { fieldMeta, type Properties } from "../kinds/kind";

export class DependencyIndex {
  readonly #byName: ReadonlyMap<string, DesiredResource>;
  readonly #siblings = new Map<DesiredResource | undefined, DesiredResource[]>();

  constructor(resources: readonly { readonly resource: DesiredResource; readonly args: Properties }[]) {
    this.#byName = new Map(
      resources.map(({ resource, args }) => [
        `${resource.kind.parentRole} ${args[resource.kind.naturalKey[0] ?? ""]}`,
        resource,
      ]),
    );
    for (const { resource } of resources) {
      const siblings = this.#siblings.get(resource.parent) ?? [];
      siblings.push(resource);
      this.#siblings.set(resource.parent, siblings);
    }
  }

  dependenciesOf(resource: DesiredResource): DesiredResource[] {
    return [...this.#findReferences(resource), ...this.#earlier(resource)];
  }

  /** Dependencies by reference: a repository's project. */
  #findReferences({ kind, args }: DesiredResource): DesiredResource[] {
    return Object.entries(args).flatMap(([field, value]) => {
      const { reference } = fieldMeta(kind, field);
      return (reference && this.#byName.get(`${reference} ${value}`)) || [];
    });
  }

  /** Dependencies by kind. */
  #earlier({ kind, parent }: DesiredResource): DesiredResource[] {
    if (!kind.dependsOnKinds) return [];
    return (this.#siblings.get(parent) ?? []).filter((sibling) =>
      kind.dependsOnKinds?.includes(sibling.kind.name),
    );
  }
}
