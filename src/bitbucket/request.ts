/** Requests and answers, as data. */
import type { FormData } from "undici";

export type HttpMethod = "GET" | "POST" | "PUT" | "DELETE";

export interface Upload {
  readonly field: string;
  readonly name: string;
  /** What is in it; or, where that is read only when it is sent, how to read it. */
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
  /** The contents of files in that form, by the names of their fields. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files in that form that share a field, or whose names are not those of their fields. */
  readonly uploads?: readonly Upload[];
  /** A POST that may be sent again where it is not known whether it took effect. */
  readonly repeatable?: boolean;
  /** Sent as it is, in place of `body` and `form`. */
  readonly raw?: { readonly content: Uint8Array | FormData; readonly type?: string };
  /** Sent beside the client's own, which they do not replace. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The format of the answer. Default: JSON. */
  readonly accept?: "json" | "text";
  /** Gives an answer that leads elsewhere, with its `location`, instead of refusing it. It is not followed. */
  readonly redirects?: boolean;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or text; undefined where there is none. */
  readonly body: unknown;
}

/** An answer before it is judged and parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}
