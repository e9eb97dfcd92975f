/** Which scopes a plan takes, and for what: compared with the credential's before the first write. */
import { type Credentials, findRefusal, type Scopes, scopesFor } from "../bitbucket";
import type { Kind, Location, WriteRequest } from "../kinds/kind";
import { check } from "../model/check";
import { locationFields } from "../model/location";
import type { PlannedOperation, PlanOperation } from "./plan";

/** Any valid ids: only the form of a path counts. */
const placeholderIds: Required<Location> = {
  workspace: "workspace",
  project: "PROJECT",
  repository: "{repository}",
  environment: "{environment}",
  account: "{account}",
};

/** An object's place by the names of what it belongs to. */
export function placeholderLocation(owners: readonly string[]): Location {
  return {
    workspace: placeholderIds.workspace,
    ...Object.fromEntries(Object.entries(placeholderIds).filter(([name]) => owners.includes(name))),
  };
}

/** A scope, and the operations that take it. */
export interface RequiredScope {
  readonly scope: string;
  readonly for: readonly string[];
}

export interface ScopeRequirements {
  readonly needed: readonly RequiredScope[];
  /** Operations that this type of credential can never perform. */
  readonly refused: readonly string[];
}

/** The requests of an operation, as far as they are known. */
export function requestsOf(
  kind: Kind,
  operation: PlanOperation,
  at: Location,
  values: Readonly<Record<string, unknown>>,
): WriteRequest[] {
  const id = "{id}";
  const requests: (WriteRequest | undefined)[] = [];
  if (operation === "create" || operation === "replace") {
    requests.push(
      kind.create(at, values as never),
      ...(kind.afterWrite?.(at, id, values as never, undefined) ?? []),
    );
  }
  if (operation === "update") {
    const changed = kind.update?.(at, id, values as never, {});
    requests.push(changed, ...(changed ? [] : (kind.afterWrite?.(at, id, values as never, {}) ?? [])));
  }
  if (operation === "delete" || operation === "replace") requests.push(kind.delete(at, id, values));
  return requests.filter((request) => request !== undefined);
}

/** The paths from which an object is read: its own, and those of what is managed of it and lives elsewhere. */
function readPathsOf(kind: Kind, at: Location, values: Readonly<Record<string, unknown>>): string[] {
  const managed = Object.entries(kind.subResources ?? {}).filter(([field]) => values[field] !== undefined);
  const via = "single" in kind.source ? kind.source.via?.(at, values) : undefined;
  return [
    ...(via ? [via.path] : []),
    readPathOf(kind, at, values),
    ...managed.map(([, facet]) => facet.path(at, "{id}")),
  ];
}

/** The path from which an object is read. */
export function readPathOf(kind: Kind, at: Location, values: Readonly<Record<string, unknown>>): string {
  return "single" in kind.source ? kind.source.single(at, values) : kind.source.collection(at).path;
}

/** The scopes that a request takes: all of those of one vocabulary. */
export function scopesOfRequest({
  method,
  path,
  furtherScopes,
}: {
  readonly method: string;
  readonly path: string;
  readonly furtherScopes?: Scopes;
}): Scopes {
  const scopes = scopesFor(method, path);
  return {
    granular: [...(scopes?.granular ?? []), ...(furtherScopes?.granular ?? [])],
    legacy: [...(scopes?.legacy ?? []), ...(furtherScopes?.legacy ?? [])],
  };
}

/** An operation on an object, or only reading it. `owners`: the names of the inputs that say where it lives. */
export interface PlacedOperation extends Pick<PlannedOperation, "kind" | "values"> {
  readonly operation: PlanOperation | "read";
  readonly owners: readonly string[];
}

/**
 * @param planned The changes, each with the names of the inputs that say where it lives.
 */
export function collectScopes(
  planned: readonly PlacedOperation[],
  type: Credentials["type"],
): ScopeRequirements {
  const needed = new Map<string, Set<string>>();
  const refused = new Set<string>();
  const seen = new Set<string>();
  for (const { operation, kind, values, owners } of planned) {
    // Of most fields it counts only whether they are set.
    const key = JSON.stringify([
      operation,
      kind.name,
      owners,
      Object.keys(values).filter((field) => values[field] !== undefined),
      kind.scopesDependOn?.map((field) => values[field]),
    ]);
    if (seen.has(key)) continue;
    seen.add(key);
    const at = placeholderLocation(owners);
    const places = Object.fromEntries(locationFields(kind).map((field) => [field, placeholderIds[field]]));
    const { inputs } = check(kind, {}, { ...places, ...values });
    const what = `to ${operation} a ${kind.title}`;
    const requests = [
      ...readPathsOf(kind, at, inputs).map((path) => ({ method: "GET", path })),
      ...(operation === "read" ? [] : requestsOf(kind, operation, at, inputs)),
    ];
    for (const request of requests) {
      const { method, path } = request;
      const scopes = scopesOfRequest(request);
      const why = findRefusal(type, method, path);
      if (why) refused.add(`${what}: ${why}`);
      for (const scope of scopes[type === "api-token" ? "granular" : "legacy"]) {
        const uses = needed.get(scope) ?? new Set();
        needed.set(scope, uses.add(what));
      }
    }
  }
  return {
    needed: [...needed]
      .map(([scope, uses]) => ({ scope, for: [...uses] }))
      .sort((a, b) => a.scope.localeCompare(b.scope)),
    refused: [...refused],
  };
}

/**
 * The scopes that are missing, in words; undefined when none is.
 *
 * @param outcome What did not happen because of it.
 */
export function formatMissingScopes(
  { needed, refused }: ScopeRequirements,
  granted: readonly string[] | undefined,
  outcome = "Nothing was changed.",
): string | undefined {
  // Without the header nothing is known, and a 403 will tell.
  const missing = granted === undefined ? [] : needed.filter(({ scope }) => !granted.includes(scope));
  if (missing.length === 0 && refused.length === 0) return undefined;
  return [
    `The credential lacks scopes for this plan. ${outcome}`,
    ...missing.map((one) => `  - the scope ${one.scope} is missing: ${list(one.for)}`),
    ...refused.map((reason) => `  - ${reason}`),
    ...(missing.length > 0
      ? [
          "The scopes of a token cannot be changed: create a new one that also has these.",
          '"npx bitbucket-as-code auth scopes <stack> --for apply" lists all required scopes.',
        ]
      : []),
  ].join("\n");
}

function list(uses: readonly string[]): string {
  return uses.length > 3 ? `${uses.slice(0, 3).join(", ")}, and ${uses.length - 3} more` : uses.join(", ");
}
