/** How many requests a plan takes, before it starts: for comparison with what the hourly limits leave. */
import { type Budget, type Limit, limitOf } from "../bitbucket";
import { formatCount } from "../errors/count";
import { toLocation } from "../model/location";
import { listManagedFields, withDefaults } from "../model/values";
import type { AppliedResource } from "../pulumi/state";
import { placeholderLocation, readPathOf, requestsOf } from "./scopes";
import { listOwners, type PlacedChange } from "./stackScopes";

/** Items on a page of a collection. */
const pageLength = 100;

/** Requests, by the hourly limit that they count towards. */
export type RequestEstimate = Readonly<Record<Limit, number>>;

/**
 * Estimates the requests to read the state's objects and to make the changes. Drift is unknown yet, and adds to it.
 */
export function estimateRequests(
  state: readonly AppliedResource[],
  changes: readonly PlacedChange[],
): RequestEstimate {
  // The workspace is asked for its UUID once.
  const needed = { api: state.some(({ outputs }) => outputs.workspace !== undefined) ? 1 : 0, webhooks: 0 };
  const collections = new Map<string, { readonly path: string; items: number }>();
  for (const { kind, outputs } of state) {
    const values = withDefaults(kind, outputs);
    const at = { ...placeholderLocation(listOwners(kind, values)), ...toLocation(kind, values) };
    const path = readPathOf(kind, at, values);
    if ("single" in kind.source) {
      needed[limitOf(path)] += 1;
      const via = kind.source.via?.(at, values);
      if (via) collections.set(via.path, { path: via.path, items: 1 });
    } else {
      const name = `${kind.name} ${path}`;
      const collection = collections.get(name) ?? { path, items: 0 };
      collection.items += 1;
      collections.set(name, collection);
    }
    needed.api += listManagedFields(kind, values).filter((field) => kind.subResources?.[field]).length;
  }
  for (const { path, items } of collections.values()) needed[limitOf(path)] += Math.ceil(items / pageLength);
  for (const { operation, kind, values, owners, along } of changes) {
    if (along) continue;
    for (const { path } of requestsOf(
      kind,
      operation,
      placeholderLocation(owners),
      withDefaults(kind, values),
    ))
      needed[limitOf(path)] += 1;
  }
  return needed;
}

/** A warning where an hourly limit does not suffice, with the time that it will take; or undefined where they do. */
export function formatBudgetWarning(
  needed: RequestEstimate,
  budget: Pick<Budget, "countRemaining" | "limit">,
): string | undefined {
  const limits = (["api", "webhooks"] as const).map((limit) => {
    const left = budget.countRemaining(limit);
    return {
      what: limit === "api" ? "" : " to webhooks, which have a separate limit",
      needed: needed[limit],
      left,
      minutes: Math.ceil(((needed[limit] - left) / budget.limit) * 60),
    };
  });
  const [longest] = limits.sort((a, b) => b.minutes - a.minutes);
  if (!longest || longest.needed <= longest.left) return undefined;
  return (
    `This requires about ${formatCount(longest.needed, "request")}${longest.what}, and about ${longest.left} of the ${budget.limit} an hour ` +
    `are left: if this credential has that limit, it takes about ${longest.minutes} min longer. ` +
    "Access tokens of a workspace on a paid plan have higher limits; set yours with bitbucket:requestsPerHour."
  );
}
