/**
 * Limits on what one run may destroy, and the refusals. A wrong merge that takes half of the repositories away stops
 * before the first change.
 */
import { readWholeNumber, variable } from "../environment";
import { UserError } from "../errors";
import { formatCount } from "../errors/count";

/** Lines that are shown, at most. */
const fewNames = 10;

export interface SafetyLimits {
  /** Deletions and replacements together, at most. */
  readonly maxDeletions?: number | undefined;
  /** The same, as a percentage of what is managed. It counts once there are `from` resources. */
  readonly percent: number;
  readonly from: number;
}

const defaultLimits: SafetyLimits = { percent: 30, from: 10 };

/** The deletions of a run. */
export interface Destruction {
  /** A line for each: `delete webhook api:ci`. */
  readonly destroyed: readonly string[];
  /** Resources that the state holds. */
  readonly managed: number;
  /** Those among them that are still declared. */
  readonly kept: number;
  /** Where the declarations come from, to begin a sentence: "The program", "The YAML". */
  readonly source?: string | undefined;
  /** The outcome: "Nothing was changed." */
  readonly outcome?: string | undefined;
}

/** An apply would destroy more than the limits allow. */
export class SafetyLimitError extends UserError {
  constructor(
    { managed, destroyed, outcome = "Nothing was changed." }: Destruction,
    readonly limit: string,
  ) {
    super(
      [
        `This would delete or replace ${destroyed.length} of ${formatCount(managed, "resource")}, and ${limit}. ${outcome}`,
        ...limitNames(destroyed),
        `If that is intended, run this again with BITBUCKET_ALLOW_DELETIONS=${destroyed.length}.`,
      ].join("\n"),
    );
  }
}

/** Nothing of what the state holds is declared any more: only `destroy` deletes all of a stack. */
export class NothingDeclaredError extends UserError {
  constructor({ destroyed, managed, source = "The program", outcome = "Nothing was changed." }: Destruction) {
    super(
      [
        `${source} declares none of the resources of this stack: all ${managed} of its resources would be deleted. ${outcome}`,
        ...limitNames(destroyed),
        source === "The program"
          ? "Is a list empty, or does the program not export its resources? (To run YAML it is one line: " +
            'module.exports = require("bitbucket-as-code/program").)'
          : "Is a part of it missing?",
        `To delete all of it, use destroy, or run this again with BITBUCKET_ALLOW_DELETIONS=${destroyed.length}.`,
      ].join("\n"),
    );
  }
}

/** An apply would delete what is protected. */
export class ProtectedError extends UserError {
  constructor(reasons: readonly string[], outcome = "Nothing was changed.") {
    const rest = reasons.length - fewNames;
    super(
      [
        ...reasons.slice(0, fewNames),
        ...(rest > 0 ? [`… and ${formatCount(rest, "more is", "more are")} protected.`] : []),
        outcome,
      ].join("\n"),
    );
  }
}

/** Whether a run is refused for what it would destroy. */
export function isDestructionRefusal(error: unknown): error is UserError {
  return [NothingDeclaredError, ProtectedError, SafetyLimitError].some((type) => error instanceof type);
}

/**
 * Holds a run to the limits.
 *
 * @param allowed How many deletions were allowed for this one run.
 * @throws {SafetyLimitError} where it exceeds them.
 * @throws {NothingDeclaredError} where nothing would be left of a stack, however small.
 */
export function checkDestruction(destruction: Destruction, limits: SafetyLimits, allowed = 0): void {
  const { destroyed, managed, kept } = destruction;
  if (destroyed.length <= allowed) return;
  if (managed > 0 && kept === 0) throw new NothingDeclaredError(destruction);
  const { maxDeletions, percent, from } = limits;
  if (maxDeletions !== undefined && destroyed.length > maxDeletions)
    throw new SafetyLimitError(destruction, `the limit is ${maxDeletions}`);
  if (managed >= from && destroyed.length * 100 > percent * managed)
    throw new SafetyLimitError(destruction, `the limit is ${percent} %`);
}

/** The fewest deletions and replacements that can be more than the limits allow. */
export function countThatStops({ maxDeletions, percent, from }: SafetyLimits): number {
  return Math.min(
    maxDeletions === undefined ? Number.POSITIVE_INFINITY : maxDeletions + 1,
    Math.floor((percent * from) / 100) + 1,
  );
}

/** The limits that the stack's configuration or the environment set: see docs/explanation/deletions.md. */
export function readLimits(
  lookup: (name: "maxDeletions" | "maxDeletionPercent") => string | undefined,
): SafetyLimits {
  const most = readWholeNumber("maxDeletions", lookup("maxDeletions"));
  const percent = readWholeNumber("maxDeletionPercent", lookup("maxDeletionPercent"));
  return {
    ...defaultLimits,
    ...(most === undefined ? {} : { maxDeletions: most }),
    ...(percent === undefined ? {} : { percent }),
  };
}

/** How many deletions were allowed for this one run. */
export function readAllowedDeletions(env: NodeJS.ProcessEnv): number | undefined {
  return variable("BITBUCKET_ALLOW_DELETIONS", env);
}

function limitNames(names: readonly string[]): string[] {
  const rest = names.length - fewNames;
  return [
    ...names.slice(0, fewNames).map((name) => `  - ${name}`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ];
}

/** It is unknown what else would be deleted. */
export class UnknownDeletionError extends UserError {
  constructor(reason: string, shown: number) {
    super(
      `Not deleted: ${reason}, so it is unknown how much of the stack would be deleted (${shown} of its resources ` +
        "were declared in this run). Nothing was deleted. Fix that and run this again; or, if these deletions are intended, " +
        "set their number: BITBUCKET_ALLOW_DELETIONS=<n>.",
    );
  }
}

/** A run that was refused already: it is said once in full. */
export class RefusedBeforeError extends UserError {
  constructor() {
    super("Not deleted: this run was stopped; see the other message.");
  }
}
