/** How an error is shown, wherever it ends: on the command line, in a program, in the provider. */
import { types } from "node:util";
import { isDebugging } from "../environment";
import { bugTracker, packageVersion } from "./package";
import { redact } from "./redact";
import { formatShapeError, isShapeError } from "./shape";
import { UserError } from "./userError";

/** The message of an error, for a sentence that goes on with it. */
export function messageOf(error: unknown): string {
  if (isShapeError(error))
    return `Something that was read is not as it should be: ${formatShapeError(error)}.`;
  return isError(error) ? error.message : String(error);
}

/** Whether an error is a bug of this package, and nothing that its user could fix. */
export function isBug(error: unknown): boolean {
  return !(error instanceof UserError || isShapeError(error) || isSystemError(error));
}

/** What the operating system refused: a file that is not there, a full disk. Its message names the file. */
function isSystemError(error: unknown): boolean {
  return isError(error) && "syscall" in error;
}

/** Also those of another realm: Node's own are in a test. */
function isError(error: unknown): error is Error {
  return error instanceof Error || types.isNativeError(error);
}

/**
 * An error as users see it, without secrets. What is theirs to fix is its message alone; a bug comes with its stack,
 * the version and where to report it.
 *
 * @param verbose Shows the stack in either case.
 */
export function errorText(error: unknown, verbose = isDebugging()): string {
  const stack = isError(error) ? error.stack : undefined;
  if (!isBug(error)) return redact([messageOf(error), ...(verbose && stack ? [stack] : [])].join("\n"));
  return redact(
    [
      stack || messageOf(error),
      `This is a bug in bitbucket-as-code ${packageVersion()}. Report it, with the lines above: ${bugTracker()}`,
    ].join("\n"),
  );
}
