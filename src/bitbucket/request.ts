/** Requests and responses, as data. */
import type { FormData } from "undici";

export type HttpMethod = "GET" | "POST" | "PUT" | "DELETE";

export interface Upload {
  readonly field: string;
  readonly name: string;
  /** The content; or a function that reads it when the request is sent. */
  readonly content: string | (() => Promise<Uint8Array<ArrayBuffer>>);
}

export interface ApiRequest {
  readonly method: HttpMethod;
  /** Relative to the base URL, percent-encoded: see `apiPath`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as multipart/form-data. */
  readonly form?: Readonly<Record<string, string>>;
  /** The contents of files in that form, by field name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files in that form that share a field, or whose names differ from their fields. */
  readonly uploads?: readonly Upload[];
  /** Whether a POST may be repeated if its outcome is unknown. */
  readonly repeatable?: boolean;
  /** Sent unchanged, instead of `body` and `form`. */
  readonly raw?: { readonly content: Uint8Array | FormData; readonly type?: string };
  /** Sent in addition to the client's own headers, which take precedence. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The format of the response. Default: JSON. */
  readonly accept?: "json" | "text";
  /** Returns a redirect, with its `location`, instead of refusing it. It is not followed. */
  readonly redirects?: boolean;
  /** Whether it is sent before requests that wait for others to end. Default: in their order. */
  readonly goesAhead?: boolean;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or text; undefined if there is none. */
  readonly body: unknown;
}

/** A response before it is checked and parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}
