/** Reads the live state of managed resources, as an engine's refresh does. */
import {
  AuthenticationError,
  type Client,
  ConnectionError,
  NotFoundError,
  PermissionError,
  pathTemplate,
  ServerError,
  TimeoutError,
} from "../bitbucket";
import { messageOf } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { type LiveReader, UndecidableError, UnprovenAbsenceError, VanishedError } from "../live";
import { locationFields } from "../model/location";
import type { StateEntry } from "../plan";
import { type CurrentState, Lifecycle } from "../provider/lifecycle";

/** The result of a read. */
export type Observation =
  | {
      readonly current: CurrentState;
      /** Fields with their own endpoints that the credential may not read, with the reason. */
      readonly unread: ReadonlyMap<string, string>;
    }
  | { readonly gone: true }
  | {
      readonly reason: string;
      /** The missing scopes, if that is the reason. */
      readonly scopes: readonly string[];
      /** Whether the read failed; otherwise the credential may not see the object. */
      readonly failed: boolean;
    };

/** Gives up the whole run after this many reads that failed for reasons other than permissions. */
const maxFailures = 10;

export class Observer {
  readonly #lifecycle: Lifecycle;
  /** Refusals by sort of object: no further request is sent where this credential lacks the scope. */
  readonly #refused = new Map<string, PermissionError>();
  readonly #failures = new Set<string>();
  /** The first read of each sort, which the others wait for: if it is refused, they are not sent. */
  readonly #first = new Map<string, Promise<Observation>>();

  constructor(client: Client, reader: LiveReader) {
    this.#lifecycle = new Lifecycle(client, reader);
  }

  /**
   * @throws {AuthenticationError}
   * @throws {VanishedError} if too many objects are gone for that to be credible.
   * @throws the connection error once Bitbucket seems unreachable: there is nothing to compare with then.
   */
  async observe(resource: StateEntry): Promise<Observation> {
    const sort = sortOf(resource.kind, resource.outputs);
    const first = this.#first.get(sort);
    if (first) await first;
    const seen = this.#observe(sort, resource);
    if (!first) this.#first.set(sort, seen);
    return seen;
  }

  async #observe(sort: string, { kind, id, outputs }: StateEntry): Promise<Observation> {
    const known = this.#refused.get(sort);
    if (known) return toUnreadable(known);
    try {
      return await this.#read(kind, id, outputs);
    } catch (error) {
      if (error instanceof AuthenticationError || error instanceof VanishedError) throw error;
      if (error instanceof PermissionError && isForAll(error)) this.#refused.set(sort, error);
      if (error instanceof ServerError || error instanceof TimeoutError || error instanceof ConnectionError) {
        this.#failures.add(error.path);
        if (this.#failures.size >= maxFailures) throw error;
      }
      return toUnreadable(error);
    }
  }

  /** Where a field's own endpoint may not be read, the rest still is. */
  async #read(kind: Kind, id: string, outputs: Properties): Promise<Observation> {
    const unread = new Map<string, string>();
    const facets = Object.keys(kind.subResources ?? {}).filter((field) => outputs[field] !== undefined);
    for (const field of facets) {
      const known = this.#refused.get(facetOf(kind, field));
      if (known) unread.set(field, known.message);
    }
    for (;;) {
      try {
        const current = await this.#lifecycle.read(kind, id, omitFields(outputs, unread));
        return current ? { current, unread } : { gone: true };
      } catch (error) {
        const field = facets.find((name) => !unread.has(name) && isOf(kind, name, error));
        if (field === undefined || !(error instanceof PermissionError)) throw error;
        if (isForAll(error)) this.#refused.set(facetOf(kind, field), error);
        unread.set(field, error.message);
      }
    }
  }
}

/** Whether the type of credential or its scopes are at fault, which is then the same for the whole kind. */
function isForAll(error: PermissionError): boolean {
  return error.code === "mechanism" || toMissing(error).length > 0;
}

/** Whether an error concerns a field's own endpoint. */
function isOf(kind: Kind, field: string, error: unknown): boolean {
  const path = kind.subResources?.[field]?.path({ workspace: "w", repository: "r", project: "p" }, "{id}");
  return (
    error instanceof PermissionError && path !== undefined && pathTemplate(error.path) === pathTemplate(path)
  );
}

function facetOf(kind: Kind, field: string): string {
  return `${kind.name}.${field}`;
}

function omitFields(values: Properties, left: ReadonlyMap<string, unknown>): Properties {
  return Object.fromEntries(Object.entries(values).filter(([field]) => !left.has(field)));
}

function toMissing({ granted, required }: PermissionError): readonly string[] {
  return granted.length === 0 ? [] : required.filter((scope) => !granted.includes(scope));
}

function toUnreadable(error: unknown): Observation {
  const reason = messageOf(error);
  if (error instanceof PermissionError) return { reason, scopes: toMissing(error), failed: false };
  const ambiguous =
    error instanceof UndecidableError ||
    error instanceof UnprovenAbsenceError ||
    error instanceof NotFoundError;
  return { reason, scopes: [], failed: !ambiguous };
}

/** Groups objects that are read in the same way, with the same scopes. */
function sortOf(kind: Kind, outputs: Readonly<Record<string, unknown>>): string {
  return [kind.name, ...locationFields(kind).filter((field) => outputs[field] !== undefined)].join(" ");
}
