/** Requests of a kind, as data: it sends nothing itself. */
import type { ApiRequest, Scopes } from "../bitbucket";

/** A write, as data. `path` is relative to the API's base URL, already percent-encoded. */
export interface WriteRequest
  extends Pick<ApiRequest, "path" | "query" | "body" | "form" | "files" | "uploads" | "repeatable"> {
  readonly method: "POST" | "PUT" | "DELETE";
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
