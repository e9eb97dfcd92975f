/** The desired state of a stack. */
import type { Kind, Properties } from "../kinds/kind";
import type { Diagnostic, Position } from "./diagnostics";
import type { MapNode, Node } from "./node";
import type { Sharding } from "./shards";
import type { PolicyLayer, UnmanagedPolicy } from "./unmanaged";

/** One object that is to be there. */
export interface DesiredResource {
  readonly kind: Kind;
  /** Unique among all of the kind: `PLAT`, `api`, `api:ci`, `api:Production:DB_URL`, or `ci` for one of the workspace. */
  readonly name: string;
  readonly parent?: DesiredResource | undefined;
  /** The key that it had in its map before it was renamed, where that is written; null: it is another thing. */
  readonly renamedFrom?: string | null | undefined;
  /** The policy for unmanaged resources of a repository or project. */
  readonly unmanaged?: PolicyLayer | undefined;
  /** The checked values of the YAML. Secrets are references; defaults of the kind are not filled in. */
  readonly args: Properties;
  /** Where it is written. */
  readonly position: Position;
  /** Where a field, or a value in it, comes from. */
  positionOf(path: readonly (string | number)[]): Position;
  /** The values of its layers, for `explain`. Every node knows its place and what it overrides. */
  readonly origin: MapNode;
}

/** Something that is managed elsewhere. */
export interface ExistingReference {
  readonly kind: Kind;
  readonly name: string;
}

/** The desired state of a stack. */
export interface DesiredStack {
  readonly workspace: string;
  /** Where that is written. */
  readonly workspaceAt?: Position | undefined;
  /** Parents before what belongs to them. */
  readonly resources: readonly DesiredResource[];
  /** All files that were read, absolute. */
  readonly files: readonly string[];
  readonly warnings: readonly Diagnostic[];
  /** The policy for unmanaged resources of the workspace. */
  readonly unmanaged?: UnmanagedPolicy | undefined;
  /** Objects that are managed elsewhere and may be referred to, by natural key. */
  readonly existing?: readonly ExistingReference[] | undefined;
  /** How it is split into several Pulumi stacks, if it is. */
  readonly sharding?: Sharding | undefined;
}

/** A layer's say in a value. */
export interface LayerValue {
  readonly position: Position;
  readonly node: Node;
}

/** Every layer that says something of a value, the one that counts first. */
export function provenanceOf(resource: DesiredResource, path: readonly (string | number)[]): LayerValue[] {
  let says: Node[] = [resource.origin];
  for (const part of path) {
    says = says
      .flatMap((node) => layersOf(node))
      .flatMap((node) => {
        if (node.type === "map") return node.entries.get(String(part))?.value ?? [];
        if (node.type === "list") return node.items[Number(part)] ?? [];
        return [];
      });
  }
  return says.flatMap(layersOf).map((node) => ({ position: node.position, node }));
}

function layersOf(node: Node): Node[] {
  const layers: Node[] = [];
  for (let at: Node | undefined = node; at; at = at.overrides) layers.push(at);
  return layers;
}
