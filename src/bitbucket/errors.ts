/** Errors of requests, in words for users. */
import { redact } from "../errors/redact";
import { UserError } from "../errors/userError";
import { escapeUnprintable } from "./printable";

/** `not-applied`: the server has done nothing. `unknown`: it may have done what was asked. */
export type WriteOutcome = "not-applied" | "unknown";

export interface ErrorDetails {
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  /** Bitbucket's message. */
  readonly apiMessage?: string;
  /** Bitbucket's messages for each field of the body. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  readonly hint?: string;
  readonly requestId?: string;
  readonly outcome?: WriteOutcome;
  /** The answer's headers: they say of what kind the credential is, even where it is refused. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Every failed request. The message says what happened, where, and what to do next. */
export class BitbucketError extends UserError {
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly apiMessage: string | undefined;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly hint: string | undefined;
  readonly requestId: string | undefined;
  readonly outcome: WriteOutcome;
  /** Of the answer, where there was one. */
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: string,
    what: string,
    details: ErrorDetails,
  ) {
    const fields = Object.entries(details.fields ?? {}).map(([name, messages]) =>
      [name, messages.join(" ")].filter(Boolean).join(": "),
    );
    const said = [details.apiMessage, ...fields].filter(Boolean).join(" · ");
    const parts = [
      `${what} (${details.method} ${details.path})`,
      said ? `: ${said.replace(/[.\s]+$/, "")}` : "",
      ".",
    ];
    super(
      redact(
        escapeUnprintable(
          [parts.join(""), details.hint, details.requestId && `Request id: ${details.requestId}.`]
            .filter(Boolean)
            .join(" "),
        ),
      ),
    );
    this.method = details.method;
    this.path = details.path;
    this.status = details.status;
    const { apiMessage, hint, requestId } = details;
    this.apiMessage = apiMessage && redact(apiMessage);
    this.fields = Object.fromEntries(
      Object.entries(details.fields ?? {}).map(([name, messages]) => [redact(name), messages.map(redact)]),
    );
    this.hint = hint && redact(hint);
    this.requestId = requestId && redact(requestId);
    this.outcome = details.outcome ?? "not-applied";
    this.#headers = details.headers ?? {};
  }

  /** A header of the answer, by its name in lower case. */
  header(name: string): string | undefined {
    return this.#headers[name];
  }
}

/** 401. */
export class AuthenticationError extends BitbucketError {}
/** 403. */
export class PermissionError extends BitbucketError {
  /** The scopes that the credential has, where Bitbucket says so. */
  readonly granted: readonly string[];
  /** The scopes that the request takes. */
  readonly required: readonly string[];

  constructor(
    code: string,
    what: string,
    details: ErrorDetails,
    granted: readonly string[] = [],
    required: readonly string[] = [],
  ) {
    super(code, what, details);
    this.granted = granted.map(redact);
    this.required = required.map(redact);
  }
}
/** 404. */
export class NotFoundError extends BitbucketError {}
/** 409. */
export class ConflictError extends BitbucketError {}
/** 400. */
export class ValidationError extends BitbucketError {}
/** 410: Atlassian has removed the endpoint. */
export class GoneEndpointError extends BitbucketError {}
/** 429, and waiting did not help. */
export class RateLimitError extends BitbucketError {}
/** 5xx. */
export class ServerError extends BitbucketError {}
/** No answer: no connection, or a broken one. */
export class ConnectionError extends BitbucketError {}
/** No answer in time. */
export class TimeoutError extends BitbucketError {}
/** An answer that cannot be understood. */
export class UnexpectedResponseError extends BitbucketError {}
/** The pages of a collection do not add up to what it says that it holds, however often it is read. */
export class IncompleteError extends UnexpectedResponseError {
  /** @param contradiction In words: "the collection says 14 and gave 5". */
  constructor(contradiction: string, passes: number, details: ErrorDetails) {
    super("incomplete", `A list is not complete: ${contradiction}`, {
      ...details,
      hint:
        `It was read ${passes} times. Nothing that it lacks is taken for deleted. Run this again; if it stays so, ` +
        "something between here and Bitbucket changes its answers, or Bitbucket has an incident (https://status.atlassian.com).",
    });
  }
}
/** A write was about to be sent where only reading is allowed. */
export class ReadOnlyError extends BitbucketError {}

/** Whether an error is an answer of this status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "status" in error && error.status === status;
}
