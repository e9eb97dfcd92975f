/** Values that a rule cannot be decided with. They are never equal to anything: to ask for one ends the evaluation. */
import { UserError } from "../../errors";
import type { Properties } from "../../kinds/kind";

/**
 * Why a value is not known, which decides what follows:
 *
 * - `undeclared`: the YAML does not set it, and the server chooses it. The live state decides.
 * - `lookup`: a secret or a user that is not looked up here. A preview or an apply decides.
 * - `afterApply`: the server chooses it when the object is created.
 * - `unread`: the credential could not read it.
 * - `secret`: no rule is shown it.
 */
export type UnknownReason = "undeclared" | "lookup" | "afterApply" | "unread" | "secret";

/** In the place of a value. */
export class Unknown {
  constructor(
    readonly reason: UnknownReason,
    /** What is unknown, as the beginning of a sentence: `the property "url"`. */
    readonly what: string,
    /** Why, as its end. */
    readonly why: string,
  ) {}
}

/** A rule asked for an unknown value. */
export class UnknownValueError extends UserError {
  constructor(readonly unknown: Unknown) {
    super(`${unknown.what} ${unknown.why}`);
  }
}

/** @throws {UnknownValueError} if the value is unknown. */
export function requireKnown(value: unknown): unknown {
  if (value instanceof Unknown) throw new UnknownValueError(value);
  return value;
}

/** Values of which the unknown ones throw where they are asked for. */
export function guardUnknown(values: Properties): Properties {
  if (!Object.values(values).some((value) => value instanceof Unknown)) return values;
  const guarded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(guarded, name, { enumerable: true, get: () => requireKnown(value) });
  return guarded;
}
