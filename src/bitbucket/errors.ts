/** Errors of requests, with messages for users. */
import { redact } from "../errors/redact";
import { UserError } from "../errors/userError";
import { escapeUnprintable } from "./printable";

/** `not-applied`: the server has done nothing. `unknown`: it may have applied the request. */
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
  /** The response's headers: they name the type of the credential, even if it is refused. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A failed request. The message says what happened, where, and what to do next. */
export class BitbucketError extends UserError {
  /** The request's method: `GET`. */
  readonly method: string;
  /** The request's path, without the address of the API. */
  readonly path: string;
  /** The response's status. Undefined if there was no response. */
  readonly status: number | undefined;
  /** Bitbucket's message. */
  readonly apiMessage: string | undefined;
  /** Bitbucket's messages for each field of the body. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** What to do next. */
  readonly hint: string | undefined;
  /** The id of the request for Bitbucket's support. */
  readonly requestId: string | undefined;
  /** Whether Bitbucket may have applied the request. */
  readonly outcome: WriteOutcome;
  /** Of the response, if there was one. */
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    /** The kind of error, for programs: `not-found`. */
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

  /** A header of the response, by its lower-case name. */
  header(name: string): string | undefined {
    return this.#headers[name];
  }
}

/** 401. */
export class AuthenticationError extends BitbucketError {}
/** 403. */
export class PermissionError extends BitbucketError {
  /** The scopes of the credential, if Bitbucket names them. */
  readonly granted: readonly string[];
  /** The scopes that the request requires. */
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
/** 429, even after waiting. */
export class RateLimitError extends BitbucketError {}
/** 5xx. */
export class ServerError extends BitbucketError {}
/** No response: no connection, or a broken one. */
export class ConnectionError extends BitbucketError {}
/** No response in time. */
export class TimeoutError extends BitbucketError {}
/** A response that cannot be parsed. */
export class UnexpectedResponseError extends BitbucketError {}
/** The pages of a collection do not add up to its stated size, however often it is read. */
export class IncompleteError extends UnexpectedResponseError {
  /** @param contradiction For example "the collection says 14 and gave 5". */
  constructor(contradiction: string, passes: number, details: ErrorDetails) {
    super("incomplete", `A list is incomplete: ${contradiction}`, {
      ...details,
      hint:
        `It was read ${passes} times. Objects missing from it do not count as deleted. Run this again; if the error persists, ` +
        "a proxy may modify responses, or Bitbucket has an incident (https://status.atlassian.com).",
    });
  }
}
/** A write was about to be sent although only reads are allowed. */
export class ReadOnlyError extends BitbucketError {}

/** Whether an error is a response with this status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "status" in error && error.status === status;
}
