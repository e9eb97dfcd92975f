/** Requests of a kind, as data: it sends nothing itself. */
import type { Scopes, Upload } from "../bitbucket";

/** A write, as data. `path` is relative to the API's base URL, already percent-encoded. */
export interface WriteRequest {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as multipart/form-data instead of JSON. */
  readonly form?: Readonly<Record<string, string>>;
  /** The contents of files in that form, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files in that form that have another name than their field. */
  readonly uploads?: readonly Upload[];
  /** A POST that sets something: to send it twice is the same as once. */
  readonly repeatable?: boolean;
  /** What its values take beyond the scopes of its method and path. */
  readonly furtherScopes?: Scopes;
  /**
   * Of a further write: what its answer shows. `facet`: the value of this field, as the facet reads it. `nothing`: no
   * field. Default: the object.
   */
  readonly answer?: { readonly facet: string } | "nothing";
}

/** A paginated collection. `fields` trims each item to what `parse` needs. */
export interface CollectionRequest {
  readonly path: string;
  readonly fields?: string;
  /** What tells an item from the others, where it has neither a UUID nor an id. */
  readonly uniqueBy?: "name";
  readonly query?: Readonly<Record<string, string>>;
}
