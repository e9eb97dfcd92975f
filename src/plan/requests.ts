/** How many requests a plan takes, before it starts: for comparison with what the hour's limit leaves. */
import type { Budget } from "../bitbucket";
import { locationOf } from "../provider/location";
import { complete, managedFields } from "../provider/values";
import type { Planned } from "./plan";
import { requestsOf, somewhere } from "./scopes";
import type { Applied } from "./state";

/** Items on a page of a collection. */
const pageLength = 100;

/**
 * About how many requests it takes to read what the state holds, and to make the changes. What drifted on the server
 * is not known yet, and comes on top.
 */
export function requestsFor(
  state: readonly Applied[],
  changes: readonly (Planned & { readonly owners: readonly string[] })[],
): number {
  const collections = new Map<string, number>();
  let others = 0;
  for (const { kind, outputs } of state) {
    const values = complete(kind, outputs);
    const at = locationOf(kind, values);
    if ("single" in kind.source) others += 1;
    else {
      const name = `${kind.name} ${kind.source.collection(at).path}`;
      collections.set(name, (collections.get(name) ?? 0) + 1);
    }
    others += managedFields(kind, values).filter((field) => kind.facets?.[field]).length;
  }
  const pages = [...collections.values()].reduce((sum, items) => sum + Math.ceil(items / pageLength), 0);
  const writes = changes.reduce(
    (sum, { operation, kind, values, owners }) =>
      sum + requestsOf(kind, operation, somewhere(owners), complete(kind, values)).length,
    0,
  );
  return pages + others + writes;
}

/** A warning where the hour's limit does not suffice, with the time that it will take; or undefined where it does. */
export function budgetWarning(
  needed: number,
  budget: Pick<Budget, "remaining" | "limit">,
): string | undefined {
  const left = budget.remaining();
  if (needed <= left) return undefined;
  const minutes = Math.ceil(((needed - left) / budget.limit) * 60);
  return (
    `This takes about ${needed} requests, and about ${left} of the ${budget.limit} an hour are left: where that limit ` +
    `holds for this credential, it takes about ${minutes} min more than it would. Access tokens of a workspace on a ` +
    "paid plan have higher limits; bitbucket:requestsPerHour says what yours is."
  );
}
