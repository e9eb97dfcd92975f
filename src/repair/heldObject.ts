/** Objects that states hold: what identifies them, and which errors are about one of them alone. */
import { BitbucketError, IncompleteError, PermissionError } from "../bitbucket";
import type { Kind, Properties } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import {
  type HeldObject,
  UndecidableError,
  UnexpectedShapeError,
  UnknownUserError,
  UnprovenAbsenceError,
} from "../live";
import { toLocation } from "../model/location";
import type { ManagedEntry } from "../pulumi/state";

/** Ids may be small numbers, or the same for each parent. */
export function objectKey(kind: Kind, id: string, values: Properties): string {
  return JSON.stringify([kind.name, toCanonicalUuid(id), toLocation(kind, values)]);
}

export function heldObject({ kind, name, entry }: ManagedEntry): HeldObject {
  return { kind, id: entry.id ?? "", name: `${kind.title} ${name}`, values: entry.outputs ?? {} };
}

export function ownValues({ __provider: _, ...values }: Properties): Properties {
  return values;
}

/** Whether an error concerns one object only, so that the others can still be examined. */
export function isLocal(error: unknown): error is Error {
  return (
    error instanceof PermissionError ||
    error instanceof UndecidableError ||
    error instanceof UnprovenAbsenceError ||
    error instanceof IncompleteError ||
    error instanceof UnexpectedShapeError ||
    error instanceof UnknownUserError ||
    (error instanceof BitbucketError && error.status === 404)
  );
}
