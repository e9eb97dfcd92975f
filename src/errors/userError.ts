/**
 * The base of every error that is the user's to fix: a mistake in YAML, a missing permission, a refused change. It is
 * shown by its message alone, which says what happened, where, and what to do next. Any other error that is thrown is
 * taken for a bug of this package, and shown with its stack: see `errorText`.
 */
export class UserError extends Error {
  /** The exit code of the command line: docs/command-line.md. */
  readonly exitCode: number = 1;

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

// What Pulumi's language host recognises its RunError by, whichever copy of the SDK: it shows the message alone.
// https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/errors.ts
Object.defineProperty(UserError.prototype, "__pulumiRunError", { value: true });
