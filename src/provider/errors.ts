/** Errors about resources, in words for users. */
import { isDebugging } from "../environment";
import { errorText, isBug, messageOf, redact, UserError } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { describeResource } from "../model/describe";
import { formatNotApplied, summarizeNotApplied } from "../model/notApplied";
import { parseUrn } from "../pulumi/urn";

/** An error about one resource. */
class ResourceError extends UserError {
  /** @param reason What an engine shows beside the resource's name. */
  constructor(
    kind: Kind,
    values: Properties,
    readonly reason: string,
  ) {
    super(`${describeResource(kind, values)}: ${reason}`);
  }
}

/** The text for an engine, which names the resource itself. */
export function errorTextBesideName(error: unknown): string {
  return error instanceof ResourceError && !isDebugging() ? redact(error.reason) : errorText(error);
}

/** An object with the same natural key is there, and is not as declared. */
export class AlreadyExistsError extends ResourceError {
  constructor(
    kind: Kind,
    inputs: Properties,
    id: string,
    differing: readonly string[],
    fixed: readonly string[],
  ) {
    const way =
      fixed.length > 0
        ? `${joinNames(fixed)} cannot be changed in place: declare its current value, or delete it first`
        : 'to adopt it and update it to the declared state, set "adopt: true" on it (in YAML, also on its repository or on the whole stack), or set BITBUCKET_ADOPT=1 for one run';
    super(
      kind,
      inputs,
      `exists (id ${id}) and differs from its declaration in ${joinNames(differing)}. ` +
        `Nothing was changed. If it is not yours, choose another name; ${way}.`,
    );
  }
}

/** Somebody deleted the object between the refresh and the write. */
export class GoneError extends ResourceError {
  constructor(kind: Kind, state: Properties) {
    super(kind, state, "was deleted on the server during this run. Apply again: it is created again.");
  }
}

/** A change or deletion that the kind does not allow. */
export class RefusedError extends ResourceError {}

/** What two resources share that would be one object. */
export function sharedIdentity(kind: Kind): string {
  return kind.naturalKey.length > 0 ? `the same ${kind.naturalKey.join(" and ")}` : "the same place";
}

/** Another resource of the program is the same object. */
export class DuplicateError extends RefusedError {
  /** @param other The other resource, if it is in the state and the engine has named it. */
  constructor(
    kind: Kind,
    values: Properties,
    other?: { readonly urn: string; readonly isDeclared: boolean },
  ) {
    super(kind, values, describeDuplicate(kind, other));
  }
}

/** Explains that two resources would be one object, and what to do. */
export function describeDuplicate(
  kind: Kind,
  other?: { readonly urn: string; readonly isDeclared: boolean },
): string {
  const same = `so both would manage the same ${kind.title}`;
  const once = "Declare it once: two resources for one object overwrite each other.";
  if (!other) return `another resource of this program has ${sharedIdentity(kind)}, ${same}. ${once}`;
  const { name } = parseUrn(other.urn);
  if (other.isDeclared)
    return (
      `the resource "${name}" of this program has ${sharedIdentity(kind)}, ${same}. ${once} To take one of them out of ` +
      'the state without a deletion in Bitbucket: "pulumi state delete <urn>".'
    );
  return (
    `the state has this ${kind.title} as the resource "${name}". If the program has renamed that resource, set the ` +
    `resource option "aliases" of this one to ["${other.urn}"]. If both are declared, declare it once.`
  );
}

/**
 * The object is there, but a part of it could not be set. The dynamic-provider host records `id` and `properties` in
 * the state, so that the next run finishes it.
 */
export class HalfDoneError extends UserError {
  readonly reasons: string[];

  constructor(
    kind: Kind,
    inputs: Properties,
    readonly id: string,
    readonly properties: Record<string, unknown>,
    cause: unknown,
  ) {
    const reason = isBug(cause) ? errorText(cause) : messageOf(cause);
    const said = `was created, but not all of it could be set. The next apply completes it. ${reason}`;
    super(`${describeResource(kind, inputs)}: ${said}`);
    // The engine shows the reasons, not the message.
    this.message = redact(this.message);
    this.reasons = [redact(said)];
  }
}

/** The object is there, and the service did not apply something of it on which security depends. */
export class NotAppliedError extends HalfDoneError {
  constructor(
    kind: Kind,
    inputs: Properties,
    id: string,
    properties: Record<string, unknown>,
    readonly fields: readonly string[],
  ) {
    const said = summarizeNotApplied(fields);
    super(kind, inputs, id, properties, said);
    this.message = formatNotApplied(kind, inputs, fields);
    this.reasons.splice(0, this.reasons.length, said);
  }
}

function joinNames(names: readonly string[]): string {
  return names.length > 0 ? names.join(", ") : "nothing that the API returns";
}
