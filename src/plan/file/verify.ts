/** Whether a plan is still valid, compared with a new preview before anything is written. */
import { canonicalJson } from "../../model/canonical";
import { type PlanBody, type PlannedChange, PlanRefusedError } from "./format";

/**
 * The checks that need no look at the workspace.
 *
 * @throws {PlanRefusedError} with all reasons at once.
 */
export function checkSources(plan: PlanBody, now: Pick<PlanBody, "tool" | "stack" | "sources">): void {
  const reasons: string[] = [];
  if (plan.stack !== now.stack) reasons.push(`it is for the stack ${plan.stack}, not ${now.stack}`);
  if (plan.tool !== now.tool)
    reasons.push(`it was created by bitbucket-as-code ${plan.tool}, and this is ${now.tool}`);
  if (plan.stack === now.stack) {
    for (const file of union(plan.sources, now.sources)) {
      const [before, after] = [plan.sources[file], now.sources[file]];
      if (before === after) continue;
      if (before === undefined) reasons.push(`${file} was added since it was created`);
      else if (after === undefined) reasons.push(`${file} was removed since it was created`);
      else reasons.push(`${file} has changed since the plan was created`);
    }
  }
  if (reasons.length > 0) throw new PlanRefusedError(reasons);
}

/** Secrets whose values changed since the plan was created. */
export function checkSecrets(plan: PlanBody, now: Readonly<Record<string, string>> | undefined): void {
  if (plan.secrets === undefined || now === undefined) return;
  const reasons = [...union(plan.secrets, now)]
    .filter((field) => plan.secrets?.[field] !== now[field])
    .map((field) => `the secret of ${field} has a different value than when it was created`);
  if (reasons.length > 0) throw new PlanRefusedError(reasons);
}

/**
 * The checks against live workspace and state.
 *
 * @param now A plan created now.
 * @throws {PlanRefusedError} with all reasons at once.
 */
export function checkLive(plan: PlanBody, now: PlanBody): void {
  const reasons = differences(plan, now);
  if (canonicalJson(plan.moves) !== canonicalJson(now.moves))
    reasons.push("the state has moved between Pulumi stacks since it was created");
  if (reasons.length > 0) throw new PlanRefusedError(reasons);
}

/** Why a shard must not be applied; undefined if it is as planned. */
export function hasShardChanged(
  plan: PlanBody,
  shard: Pick<PlanBody, "changes" | "live"> & { readonly stack: string },
): string | undefined {
  const reasons = differences(
    {
      changes: plan.changes.filter(({ stack }) => stack === shard.stack),
      live: Object.fromEntries(Object.entries(shard.live).map(([key]) => [key, plan.live[key] ?? ""])),
    },
    shard,
  );
  return reasons.length === 0 ? undefined : new PlanRefusedError(reasons).message;
}

function differences(
  plan: Pick<PlanBody, "changes" | "live">,
  now: Pick<PlanBody, "changes" | "live">,
): string[] {
  const reasons: string[] = [];
  const told = new Set<string>();
  const planned = new Map(plan.changes.map((change) => [nameOf(change), change]));
  const found = new Map(now.changes.map((change) => [nameOf(change), change]));
  for (const [key, change] of found) {
    const before = planned.get(key);
    // Who reviewed a plan for a new one has not been told that something is lost.
    const isLost = change.wasDeleted && !before?.wasDeleted;
    if (before && !isLost && toComparable(before) === toComparable(change)) continue;
    told.add(key);
    reasons.push(
      before
        ? `${key}: the plan would ${formatChange(before)}, and now requires to ${formatChange(change)}`
        : `${key}: the plan does not change it, and now requires to ${formatChange(change)}`,
    );
  }
  for (const [key, change] of planned) {
    if (found.has(key)) continue;
    told.add(key);
    reasons.push(`${key}: the plan would ${formatChange(change)}, and that is no longer necessary`);
  }
  for (const key of union(plan.live, now.live)) {
    if (told.has(key) || plan.live[key] === now.live[key]) continue;
    // What was made since would otherwise be told twice.
    if (plan.live[key] === undefined) reasons.push(`${key}: it is in the state now, and was not`);
    else if (now.live[key] === undefined)
      reasons.push(`${key}: it was removed from the workspace or the state`);
    else reasons.push(`${key}: it was changed in the workspace since the plan was created`);
  }
  return reasons;
}

/** What counts of a change. Of a creation the YAML says the rest; of a deletion its live digest does. */
function toComparable({ operation, fields }: PlannedChange): string {
  return operation === "update" || operation === "replace"
    ? canonicalJson([operation, [...fields].sort((a, b) => (a.field < b.field ? -1 : 1))])
    : // The create finds out whether it exists already.
      operation.replace("adopt", "create");
}

function formatChange({ operation, fields, wasDeleted }: PlannedChange): string {
  if (wasDeleted) return "recreate it: it was deleted in Bitbucket";
  if (operation !== "update" || fields.length === 0) return `${operation} it`;
  const shown = fields
    .slice(0, 5)
    .map(({ field, old, new: wanted }) => `${field} from ${text(old)} to ${text(wanted)}`);
  return `change ${shown.join(", ")}${fields.length > shown.length ? ", …" : ""}`;
}

function text(value: unknown): string {
  if (value === undefined) return "nothing";
  const whole = JSON.stringify(value);
  return whole.length > 60 ? `${whole.slice(0, 60)}…` : whole;
}

function nameOf({ kind, name }: PlannedChange): string {
  return `${kind} ${name}`;
}

function union(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): Set<string> {
  return new Set([...Object.keys(a), ...Object.keys(b)].sort());
}
