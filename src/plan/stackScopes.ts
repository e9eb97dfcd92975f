/** The smallest set of scopes with which a stack can be previewed, applied or destroyed. It takes the YAML alone. */
import { type Credentials, minimalScopes, scopesFor } from "../bitbucket";
import { type DesiredResource, type DesiredStack, fillSecrets, findReferences, keyOf } from "../desired";
import type { Kind, Properties } from "../kinds/kind";
import { locationFields } from "../model/location";
import type { PlannedOperation } from "./plan";
import { collectScopes, type PlacedOperation, type RequiredScope, type ScopeRequirements } from "./scopes";
import { hasUserReferences } from "./users";

export const purposes = ["preview", "apply", "destroy"] as const;
export type Purpose = (typeof purposes)[number];

interface StackScopes extends ScopeRequirements {
  /** Recommended scopes, with the reason. */
  readonly recommended: readonly RequiredScope[];
}

const operations: Readonly<Record<Purpose, readonly PlacedOperation["operation"][]>> = {
  preview: ["read"],
  apply: ["read", "create", "update"],
  destroy: ["read", "delete"],
};

/** The reads of a run that belong to no resource. */
const surroundings = {
  members: "/workspaces/{workspace}/members",
  permission: "/user/workspaces/{workspace}/permission",
  user: "/user",
} as const;

/**
 * @param type Of the credential: it decides the vocabulary, and what no scope gives.
 * @returns For `apply`, what it takes to make and change what the YAML holds. What leaves it, or has to be replaced,
 *   takes the scopes of `destroy` as well.
 */
export function scopesOfStack(
  stack: Pick<DesiredStack, "resources">,
  purpose: Purpose,
  type: Credentials["type"],
): StackScopes {
  const placed = stack.resources.flatMap((resource): PlacedOperation[] => {
    const values = fillStandIns(resource.args);
    const owners = ownersOf(resource);
    return operations[purpose].map((operation) => ({ operation, kind: resource.kind, values, owners }));
  });
  const { needed, refused } = collectScopes(placed, type);
  const uses = new Map(needed.map((one) => [one.scope, new Set(one.for)]));
  const scopesAt = (path: string) => {
    const scopes = scopesFor("GET", path);
    return (type === "api-token" ? scopes?.granular : scopes?.legacy) ?? [];
  };
  const add = (path: string, why: string) => {
    for (const scope of scopesAt(path)) uses.set(scope, (uses.get(scope) ?? new Set()).add(why));
  };
  if (purpose !== "destroy") {
    if (hasUserReferences(stack.resources)) add(surroundings.members, "to look users up by name");
    for (const { args } of stack.resources) {
      for (const { source, name } of findReferences(args))
        if (source === "fromBitbucket") add(name.split("#")[0] ?? "", `to read ${name}`);
    }
  }
  const kept = new Set(minimalScopes([...uses.keys()]));
  const recommended = [
    [surroundings.user, "to check scopes before the first write"],
    [surroundings.permission, "to tell whether a repository was deleted"],
  ].flatMap(([path = "", why = ""]) =>
    scopesAt(path).flatMap((scope) => (uses.has(scope) ? [] : [{ scope, for: [why] }])),
  );
  return {
    needed: [...uses]
      .filter(([scope]) => kept.has(scope))
      .map(([scope, reasons]) => ({ scope, for: [...reasons] }))
      .sort((a, b) => a.scope.localeCompare(b.scope)),
    refused,
    // An access token belongs to no user, and does not need to ask.
    recommended: type === "api-token" || type.startsWith("oauth") ? recommended : [],
  };
}

/** The names of the inputs that say what an object belongs to. */
function ownersOf(resource: DesiredResource): string[] {
  if (resource.kind.parents.includes("account")) return ["account"];
  const names: string[] = [];
  for (let owner = resource.parent; owner; owner = owner.parent)
    if (owner.kind.parentRole) names.push(owner.kind.parentRole);
  return names;
}

/** A change, with the names of the inputs that say where it is made. */
export type PlacedChange = PlannedOperation & { readonly owners: readonly string[] };

/** Where each change is made: of what is declared the YAML says it, of the rest its values. */
export function placeChanges(
  resources: readonly DesiredResource[],
  changes: readonly PlannedOperation[],
): readonly PlacedChange[] {
  const owners = new Map(resources.map((resource) => [keyOf(resource), ownersOf(resource)]));
  return changes.map((change) => ({
    ...change,
    owners: owners.get(keyOf(change)) ?? listOwners(change.kind, change.values),
  }));
}

/** The names of the inputs that say what an object belongs to, from the values in a state. */
export function listOwners(kind: Kind, values: Properties): string[] {
  // The account is the credential's own, and no input names it.
  if (kind.parents.includes("account")) return ["account"];
  return locationFields(kind).filter((field) => values[field] !== undefined);
}

/** Args with a text in the place of each reference: for where only it counts that a value is there. */
export function fillStandIns(args: Properties): Properties {
  const standIns = new Map(findReferences(args).map((reference) => [reference, "secret"] as const));
  return fillSecrets(args, standIns) as Properties;
}
