/** What has to be there before something else, besides what it belongs to. */
import type { DesiredResource } from "../desired";
import { fieldMeta, type Values } from "../kinds/kind";

export class Needs {
  readonly #byName: ReadonlyMap<string, DesiredResource>;
  readonly #siblings = new Map<DesiredResource | undefined, DesiredResource[]>();

  constructor(resources: readonly { readonly resource: DesiredResource; readonly args: Values }[]) {
    this.#byName = new Map(
      resources.map(({ resource, args }) => [
        `${resource.kind.provides} ${args[resource.kind.naturalKey[0] ?? ""]}`,
        resource,
      ]),
    );
    for (const { resource } of resources) {
      const siblings = this.#siblings.get(resource.parent) ?? [];
      siblings.push(resource);
      this.#siblings.set(resource.parent, siblings);
    }
  }

  of(resource: DesiredResource): DesiredResource[] {
    return [...this.#referredTo(resource), ...this.#earlier(resource)];
  }

  /** What has to be there first because a field names it: a repository's project. */
  #referredTo({ kind, args }: DesiredResource): DesiredResource[] {
    return Object.entries(args).flatMap(([field, value]) => {
      const { reference } = fieldMeta(kind, field);
      return (reference && this.#byName.get(`${reference} ${value}`)) || [];
    });
  }

  /** What has to be there first because of its kind. */
  #earlier({ kind, parent }: DesiredResource): DesiredResource[] {
    if (!kind.after) return [];
    return (this.#siblings.get(parent) ?? []).filter((sibling) => kind.after?.includes(sibling.kind.name));
  }
}
