/**
 * A limit on what one apply may destroy. A wrong merge that takes half of the repositories away stops before the
 * first change.
 */
import { SettingError } from "../bitbucket";
import type { Kind, Values } from "../kinds/kind";
import type { Plan } from "./plan";

/** Lines that are shown, at most. */
const fewNames = 10;

export interface SafetyLimits {
  /** Deletions and replacements together, at most. */
  readonly most?: number | undefined;
  /** The same, as a percentage of what is managed. It counts once there are `from` resources. */
  readonly percent: number;
  readonly from: number;
}

export const usualLimits: SafetyLimits = { percent: 30, from: 10 };

/** An apply would destroy more than the limits allow. */
export class SafetyLimitError extends Error {
  constructor(
    plan: Plan,
    readonly destroyed: readonly string[],
    limit: string,
  ) {
    const shown = destroyed.slice(0, fewNames).map((name) => `  - ${name}`);
    const rest = destroyed.length - shown.length;
    super(
      [
        `This would delete or replace ${destroyed.length} of ${plan.managed} resources, and ${limit}. Nothing was changed.`,
        ...shown,
        ...(rest > 0 ? [`  … and ${rest} more`] : []),
        `If that is meant, run it again with BITBUCKET_ALLOW_DELETIONS=${destroyed.length}.`,
      ].join("\n"),
    );
    this.name = "SafetyLimitError";
  }
}

/** An apply would delete what is protected. */
export class ProtectedError extends Error {
  constructor(reasons: readonly string[]) {
    const rest = reasons.length - fewNames;
    super(
      [
        ...reasons.slice(0, fewNames),
        ...(rest > 0 ? [`… and ${rest} more are protected.`] : []),
        "Nothing was changed.",
      ].join("\n"),
    );
    this.name = "ProtectedError";
  }
}

/**
 * Throws a `ProtectedError` where something is to be deleted that may not be. The engine says so as well, but only when
 * its turn comes.
 */
export function checkProtected(deleted: readonly { readonly kind: Kind; readonly values: Values }[]): void {
  const reasons = deleted.flatMap(({ kind, values }) => kind.refuseDelete?.(values) ?? []);
  if (reasons.length > 0) throw new ProtectedError(reasons);
}

/**
 * Throws a `SafetyLimitError` where a plan goes past the limits.
 *
 * @param allowed How many deletions were allowed for this one run.
 */
export function checkSafety(plan: Plan, limits: SafetyLimits, allowed = 0): void {
  const destroyed = plan.changes
    .filter(({ operation }) => operation === "delete" || operation === "replace")
    .map(({ operation, kind, name }) => `${operation} ${kind.title} ${name}`);
  if (destroyed.length <= allowed) return;
  const { most, percent, from } = limits;
  if (most !== undefined && destroyed.length > most)
    throw new SafetyLimitError(plan, destroyed, `the limit is ${most}`);
  if (plan.managed >= from && destroyed.length * 100 > percent * plan.managed) {
    throw new SafetyLimitError(plan, destroyed, `the limit is ${percent} %`);
  }
}

/** The limits that the stack's configuration or the environment set: see docs/behaviour.md. */
export function limitsFrom(
  lookup: (name: "maxDeletions" | "maxDeletionPercent") => string | undefined,
): SafetyLimits {
  const most = wholeNumber("maxDeletions", lookup("maxDeletions"));
  const percent = wholeNumber("maxDeletionPercent", lookup("maxDeletionPercent"));
  return {
    ...usualLimits,
    ...(most === undefined ? {} : { most }),
    ...(percent === undefined ? {} : { percent }),
  };
}

/** A whole number of the configuration. Throws when it is none. */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new SettingError(`${name} must be a whole number that is not negative, and is "${text}".`);
}
