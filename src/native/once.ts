/**
 * Errors that concern the credential or the workspace rather than a resource: reported in full once, however many
 * resources meet them.
 */
import { AuthenticationError, PermissionError, SettingError } from "../bitbucket";
import { UserError } from "../errors";
import { OtherWorkspaceError, UndecidableWorkspaceError } from "../live";
import { VerboseLogError } from "../provider/verbose";

export class ErrorsOnce {
  readonly #told = new Set<string>();

  /** Returns the error itself the first time, and a reference to it after that. */
  shorten(error: unknown): unknown {
    const reason = reasonOf(error);
    if (reason === undefined) return error;
    if (this.#told.has(reason)) return new UserError("Stopped for the same reason: see the other message.");
    this.#told.add(reason);
    return error;
  }
}

const aboutTheRun = [SettingError, VerboseLogError, OtherWorkspaceError, UndecidableWorkspaceError];

/** The problem with the credential, the workspace or the settings; undefined for any other error. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof Error && aboutTheRun.some((type) => error instanceof type)) return error.message;
  if (error instanceof AuthenticationError) return "rejected";
  if (!(error instanceof PermissionError)) return undefined;
  const missing = error.required.filter((scope) => !error.granted.includes(scope));
  return missing.length > 0 ? `scopes ${missing.sort().join(" ")}` : undefined;
}
