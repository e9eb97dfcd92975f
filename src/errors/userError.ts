import { leaveOutHostFrames } from "./hostFrames";

/**
 * The base of every error that the user can fix: a mistake in YAML, a missing permission, a refused change.
 * Only its message is shown, which says what happened, where, and what to do next. Any other error counts as
 * a bug of this package, and is shown with its stack: see `errorText`.
 */
export class UserError extends Error {
  /** The exit code of the command line: docs/reference/exit-codes.md. */
  readonly exitCode: number = 1;

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    leaveOutHostFrames(this);
  }
}

/**
 * The mark by which Pulumi's language host recognizes its RunError, in any copy of the SDK: it only shows the
 * message.
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/errors.ts
 */
export const runErrorMark = "__pulumiRunError";
Object.defineProperty(UserError.prototype, runErrorMark, { value: true });
