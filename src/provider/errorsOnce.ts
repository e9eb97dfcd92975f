/**
 * Errors that concern the credential or the workspace rather than a resource: reported in full once, however many
 * resources meet them.
 */
import { AuthenticationError, missingScopes, PermissionError, SettingError } from "../bitbucket";
import { UserError } from "../errors";
import { formatCount } from "../errors/count";
import { OtherWorkspaceError, UndecidableWorkspaceError, VanishedError } from "../live";
import { noteForRun } from "../pulumi/notes";
import { VerboseLogError } from "./verbose";

/** A resource that was left out because another one has met the same problem. */
class SameReasonError extends UserError {
  constructor(text = "Stopped for the same reason: see the other message.") {
    super(text);
  }
}

const rejected = "rejected";
const notTried = "Not tried: Bitbucket no longer accepts the credential, see the other message.";

export class ErrorsOnce {
  readonly #told = new Set<string>();
  /** Resources that were left out since the credential was rejected. */
  #notTried = 0;

  /** Does work for a resource. What concerns more than that is an error in full the first time, and a short one after that. */
  async run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const refusal = this.refusal();
    if (refusal) throw refusal;
    try {
      return await work();
    } catch (error) {
      throw this.shorten(error);
    }
  }

  /** Why nothing more is tried. Each request with a rejected credential counts as an attempt to log in. */
  refusal(): UserError | undefined {
    return this.#told.has(rejected) ? this.#refuse(rejected) : undefined;
  }

  /** Returns the error itself the first time, and a reference to it after that. */
  shorten(error: unknown): unknown {
    const reason = reasonOf(error);
    if (reason === undefined) return error;
    if (this.#told.has(reason)) return this.#refuse(reason);
    this.#told.add(reason);
    return error;
  }

  /** What the end of the run says of it; undefined where nothing was left out. */
  summary(): string | undefined {
    if (this.#notTried === 0) return undefined;
    return `Bitbucket no longer accepts the credential: ${formatCount(this.#notTried, "more resource was", "more resources were")} not tried.`;
  }

  #refuse(reason: string): UserError {
    if (reason !== rejected) return new SameReasonError();
    // A command that sums up the run shows the count alone.
    if (this.#notTried === 0) noteForRun({ note: "superseded", text: notTried });
    this.#notTried += 1;
    return new SameReasonError(notTried);
  }
}

const aboutTheRun = [SettingError, VerboseLogError, OtherWorkspaceError, UndecidableWorkspaceError];

/** The problem with the credential, the workspace or the settings; undefined for any other error. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof Error && aboutTheRun.some((type) => error instanceof type)) return error.message;
  if (error instanceof AuthenticationError) return rejected;
  // Its text counts what was found to be gone by then.
  if (error instanceof VanishedError) return "vanished";
  if (!(error instanceof PermissionError)) return undefined;
  const missing = missingScopes(error);
  return missing.length > 0 ? `scopes ${missing.sort().join(" ")}` : undefined;
}
