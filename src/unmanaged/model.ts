/** Unmanaged objects of a workspace. */
import type { DesiredResource, Policy } from "../desired";
import {
  isRepositoryOrProject,
  type Kind,
  type LiveObject,
  type Location,
  type Properties,
} from "../kinds/kind";

/** An object on the server that neither the YAML declares nor the state holds. */
export interface UnmanagedObject {
  readonly kind: Kind;
  readonly at: Location;
  readonly found: LiveObject;
  /** Its name at its location: a slug, a URL, a variable's key. */
  readonly label: string;
  /** Every name by which a rule can refer to it. */
  readonly names: readonly string[];
  /** The slug of the repository that it is, or is in. */
  readonly repository?: string | undefined;
  /** The key of the project that it is, or is in, directly or through its repository. */
  readonly project?: string | undefined;
  /** The name of the environment that it is in. */
  readonly environment?: string | undefined;
  /** The declared repository, project or environment that it belongs to. */
  readonly owner?: DesiredResource | undefined;
  /** The YAML's policy for it. Default: none. */
  readonly policy?: Policy | undefined;
}

/** Unique within its kind, like the names of resources: `api:https://ci.example.com/hook`. */
export function nameOf({ kind, repository, project, environment, label }: UnmanagedObject): string {
  const inside = isRepositoryOrProject(kind) ? [] : [repository ?? project, environment];
  return [...inside, label].filter((part) => part !== undefined).join(":");
}

/** Longer texts are cut in the middle. */
const maxLength = 80;

/** The label of an object, from the fields of its natural key. */
export function labelOf(kind: Kind, args: Properties): string {
  const { nameField } = kind.yaml;
  const name = nameField === undefined ? undefined : args[nameField];
  // A key's label says more than its text.
  const named =
    kind.identity !== undefined && kind.naturalKey.includes("key") && typeof name === "string" && name !== "";
  const label = named ? name : keyOf(kind, args);
  return label.length > maxLength ? `${label.slice(0, maxLength - 21)}…${label.slice(-20)}` : label;
}

/** Every name by which a rule can refer to an object. */
export function namesOf(kind: Kind, args: Properties): string[] {
  const { nameField } = kind.yaml;
  const names = [keyOf(kind, args), ...kind.naturalKey.map((field) => args[field])];
  if (nameField !== undefined) names.push(args[nameField] as string);
  return [...new Set(names.filter((name): name is string => typeof name === "string" && name !== ""))];
}

function keyOf(kind: Kind, args: Properties): string {
  const parts = kind.naturalKey
    .map((field) => args[field])
    .filter((part) => part !== undefined && part !== "");
  return parts.length > 0
    ? parts.map((part) => (typeof part === "object" ? JSON.stringify(part) : String(part))).join(" ")
    : kind.title;
}
