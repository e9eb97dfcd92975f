/** Formats an error, wherever it ends: on the command line, in a program, in the provider. */
import { types } from "node:util";
import { isDebugging } from "../environment";
import { leaveOutHostFrames, withoutHostFrames } from "./hostFrames";
import { bugTracker, packageVersion } from "./package";
import { redact } from "./redact";
import { formatShapeError, isShapeError } from "./shape";
import { toSourcePositions } from "./sources";
import { runErrorMark, UserError } from "./userError";

/** The message of an error, to continue a sentence with. */
export function messageOf(error: unknown): string {
  if (isShapeError(error)) return `Something that was read is invalid: ${formatShapeError(error)}.`;
  return isError(error) ? error.message : String(error);
}

/** Whether an error is a bug of this package that its user cannot fix. */
export function isBug(error: unknown): boolean {
  return !(error instanceof UserError || isShapeError(error) || isSystemError(error));
}

/** A refusal of the operating system: a missing file, a full disk. Its message names the file. */
function isSystemError(error: unknown): boolean {
  return isError(error) && "syscall" in error;
}

/** Includes those of another realm: Node's own, in a test. */
function isError(error: unknown): error is Error {
  return error instanceof Error || types.isNativeError(error);
}

/**
 * An error for users, without secrets. One that they can fix is only its message; a bug includes its stack,
 * the version and where to report it.
 *
 * @param verbose Shows the stack in either case.
 */
export function errorText(error: unknown, verbose = isDebugging()): string {
  if (error instanceof BugError) return error.message;
  if (!isBug(error)) {
    const stack = verbose ? stackOf(error) : undefined;
    return redact([messageOf(error), ...(stack === undefined ? [] : [stack])].join("\n"));
  }
  return redact(
    [
      stackOf(error) ?? messageOf(error),
      `This is a bug in bitbucket-as-code ${packageVersion()}. Report it, with the lines above: ${bugTracker()}`,
    ].join("\n"),
  );
}

/** Only for a stack that is shown: its positions in the sources take a second of a processor to find. */
function stackOf(error: unknown): string | undefined {
  return isError(error) && error.stack ? toSourcePositions(error.stack) : undefined;
}

/**
 * A bug as its user sees it, for errors that leave this package in a program: Pulumi's language host prints the message
 * alone.
 */
export class BugError extends Error {
  constructor(cause: unknown) {
    // Without it as the cause: the host would format that as well.
    super(withoutHostFrames(errorText(cause)));
    this.name = "BugError";
    leaveOutHostFrames(this);
  }
}
Object.defineProperty(BugError.prototype, runErrorMark, { value: true });
