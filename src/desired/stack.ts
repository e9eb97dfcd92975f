/** The desired state of a stack. */
import type { Kind, Properties } from "../kinds/kind";
import type { ValueGrant } from "./delegation/layerFilter";
import type { DelegatedFile } from "./delegation/layers";
import type { DelegationRule } from "./delegation/read";
import type { RepositoryFileVersion } from "./delegation/repositoryFile";
import type { Diagnostic, Position } from "./diagnostics";
import type { ListenSettings } from "./listen";
import type { MapNode, Node } from "./node";
import type { StackPolicies } from "./policies";
import type { Sharding } from "./shards";
import type { PolicyLayer, UnmanagedPolicy } from "./unmanaged";

/** A declared object. */
export interface DesiredResource {
  readonly kind: Kind;
  /**
   * Unique within its kind: `PLAT`, `api`, `api:ci`, `api:Production:DB_URL`, or `ci` for one of the
   * workspace.
   */
  readonly name: string;
  readonly parent?: DesiredResource | undefined;
  /** Its key before it was renamed, if declared; null: it is a new object. */
  readonly renamedFrom?: string | null | undefined;
  /** The policy for unmanaged resources of a repository or project. */
  readonly unmanaged?: PolicyLayer | undefined;
  /** The last day on which it is desired, in UTC: `2027-01-31`. */
  readonly until?: string | undefined;
  /** The checked values of the YAML. Secrets are references; the kind's defaults are not included. */
  readonly args: Properties;
  /** Its position in the YAML. */
  readonly position: Position;
  /** Returns the position of a field, or of a value in it. */
  positionOf(path: readonly (string | number)[]): Position;
  /** The merged layers, for `explain`. Every node knows its position and what it overrides. */
  readonly origin: MapNode;
}

/** A reference to an object that is managed elsewhere. */
export interface ExistingReference {
  readonly kind: Kind;
  readonly name: string;
}

/** What teams may set, and what they set. */
interface StackDelegation {
  readonly rules: readonly DelegationRule[];
  /** The files of teams beside the stack, and those of repositories. */
  readonly files: readonly DelegatedFile[];
  /** What there is of the files of repositories, by the keys of those that a rule covers. */
  readonly repositoryFiles: ReadonlyMap<string, RepositoryFileVersion>;
  /** Why values of teams' files count, by their positions. */
  readonly grants: ReadonlyMap<Position, ValueGrant>;
}

/** The desired state of a stack. */
export interface DesiredStack {
  readonly workspace: string;
  /** The position of the workspace's name. */
  readonly workspaceAt?: Position | undefined;
  /** Parents before their members. */
  readonly resources: readonly DesiredResource[];
  /** All files that were read, absolute. */
  readonly files: readonly string[];
  readonly warnings: readonly Diagnostic[];
  /** The policy for unmanaged resources of the workspace. */
  readonly unmanaged?: UnmanagedPolicy | undefined;
  /** Objects that are managed elsewhere and can be referred to, by natural key. */
  readonly existing?: readonly ExistingReference[] | undefined;
  /** What teams may set, and what they set. Omitted if nothing is delegated. */
  readonly delegation?: StackDelegation | undefined;
  /** How it is split into several Pulumi stacks, if it is. */
  readonly sharding?: Sharding | undefined;
  /** What it is held to. */
  readonly policies?: StackPolicies | undefined;
  /** What the listener for webhooks does. */
  readonly listen?: ListenSettings | undefined;
}

/** A layer's contribution to a value. */
interface LayerValue {
  readonly position: Position;
  readonly node: Node;
}

/** Returns every layer that sets a value, the effective one first. */
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

/** The grants of the values of a resource that teams set, by field. */
export function grantsOf(stack: DesiredStack, resource: DesiredResource): ReadonlyMap<string, FieldGrant> {
  const { grants } = stack.delegation ?? {};
  const found = new Map<string, FieldGrant>();
  for (const field of grants ? Object.keys(resource.args) : []) {
    const position = provenanceOf(resource, [field])[0]?.position;
    const grant = position && grants?.get(position);
    if (position && grant) found.set(field, { ...grant, position });
  }
  return found;
}

/** A value that a team sets. */
interface FieldGrant extends ValueGrant {
  readonly position: Position;
}

function layersOf(node: Node): Node[] {
  const layers: Node[] = [];
  for (let at: Node | undefined = node; at; at = at.overrides) layers.push(at);
  return layers;
}
