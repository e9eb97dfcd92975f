/**
 * The one driver for every kind: create, read, update and delete, from the requests that a kind declares.
 *
 * A create whose answer was lost, or that an earlier run made before it died, is recognised by its natural key and
 * taken over when it is as declared. What exists and differs is an error, unless `adopt` is set.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { BitbucketError, type Client, ConflictError, NotFoundError, ValidationError } from "../bitbucket";
import {
  type Facet,
  type Found,
  fieldMeta,
  type Kind,
  type Location,
  type Values,
  type WriteRequest,
} from "../kinds/kind";
import type { LiveReader } from "../live";
import { AlreadyExistsError, describe, GoneError, HalfDoneError, RefusedError } from "./errors";
import { locationOf } from "./location";
import { differences, inputsOf, managed, managedFields, outputsOf } from "./values";

/** Milliseconds before each look for an object that should be there. */
const lookWaits = [0, 500, 2000];

/** How often a create whose outcome was unknown, and that had no effect, is tried again. */
const createAttempts = 4;

export interface Created {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

export interface Current extends Created {
  readonly inputs: Record<string, unknown>;
}

export class Lifecycle {
  constructor(
    private readonly client: Client,
    private readonly live: LiveReader,
    private readonly tell: (line: string) => void = () => {},
    private readonly pause: (milliseconds: number) => Promise<unknown> = sleep,
  ) {}

  /** The object as it is, or undefined when it is gone. One that was made anew with the same key counts as it. */
  async read(kind: Kind, id: string, state: Values): Promise<Current | undefined> {
    const at = await this.#locate(kind, state);
    let found = await this.live.read(kind, at, id);
    const recreated = !found;
    found ??= await this.live.find(kind, at, state);
    if (!found) return undefined;
    const facets = await this.#facets(kind, at, found.id, state);
    const outputs = outputsOf(kind, state, found, facets, recreated);
    return { id: found.id, outputs, inputs: inputsOf(kind, outputs) };
  }

  async create(kind: Kind, inputs: Values): Promise<Created> {
    const at = await this.#locate(kind, inputs);
    const look = kind.lookBeforeCreate && !this.live.isNew(at);
    const existing = look ? await this.live.findFresh(kind, at, inputs) : undefined;
    const made = existing ? { existing } : await this.#post(kind, at, inputs);
    if ("existing" in made) return this.#takeOver(kind, at, made.existing, inputs);
    this.live.made(kind, at, made.found.id);
    return this.#finish(kind, at, made.found, inputs, undefined);
  }

  async update(kind: Kind, id: string, state: Values, inputs: Values): Promise<Created> {
    const at = await this.#locate(kind, state);
    const refusal = kind.refuseChange?.(state, inputs);
    if (refusal) throw new RefusedError(kind, inputs, `${refusal.path.join(".")} ${refusal.message}`);
    if (kind.lookBeforeUpdate && !(await this.live.findFresh(kind, at, state)))
      throw new GoneError(kind, state);
    return this.#put(kind, at, id, state, inputs);
  }

  async delete(kind: Kind, id: string, state: Values): Promise<void> {
    const at = await this.#locate(kind, state);
    const refusal = kind.refuseDelete?.(state);
    if (refusal) throw new RefusedError(kind, state, refusal);
    const request = kind.delete(at, id, state);
    if (!request) return;
    try {
      await this.client.send(request);
    } catch (error) {
      // Gone already is what was wanted; but a PUT is not a deletion.
      if (!(error instanceof NotFoundError)) throw error;
    } finally {
      this.live.wrote(kind, at, id);
    }
  }

  /** The object from the create's answer; or, where one was there already, that one. */
  async #post(kind: Kind, at: Location, inputs: Values): Promise<{ found: Found } | { existing: Found }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { found: await this.#send(kind, at, kind.create(at, inputs as never), inputs) };
      } catch (error) {
        const lost = error instanceof BitbucketError && error.outcome === "unknown";
        const clash = error instanceof ConflictError || error instanceof ValidationError;
        if (!lost && !clash) throw error;
        const existing = await this.#lookFor(kind, at, inputs);
        if (existing) return { existing };
        if (clash || attempt >= createAttempts) throw error;
      }
    }
  }

  /** What was written a moment ago may not be visible to the first read. */
  async #lookFor(kind: Kind, at: Location, inputs: Values): Promise<Found | undefined> {
    for (const wait of lookWaits) {
      await this.pause(wait);
      const found = await this.live.findFresh(kind, at, inputs);
      if (found) return found;
    }
    return undefined;
  }

  async #takeOver(kind: Kind, at: Location, existing: Found, inputs: Values): Promise<Created> {
    const differing = differences(kind, inputs, existing);
    const fixed = differing.filter(
      (field) => fieldMeta(kind, field).immutable || kind.immutableAt?.(at).includes(field),
    );
    if (fixed.length > 0 || (differing.length > 0 && inputs.adopt !== true)) {
      throw new AlreadyExistsError(kind, inputs, existing.id, differing, fixed);
    }
    const name = describe(kind, inputs);
    this.tell(
      inputs.adopt === true
        ? `${name}: adopted`
        : `${name}: was there already, as declared, and is managed from now on`,
    );
    const facets = await this.#facets(kind, at, existing.id, inputs);
    // What the API does not show may differ, so it is written even where nothing seems to.
    return this.#put(kind, at, existing.id, { ...existing.outputs, ...existing.args, ...facets }, inputs);
  }

  async #put(kind: Kind, at: Location, id: string, state: Values, inputs: Values): Promise<Created> {
    const request = kind.update?.(at, id, inputs as never, state);
    const unchanged = { id, args: managed(kind, inputs), outputs: pickOutputs(kind, state) };
    try {
      const found = request ? await this.#send(kind, at, request, inputs) : unchanged;
      return await this.#finish(kind, at, found, inputs, state);
    } catch (error) {
      if (error instanceof NotFoundError) throw new GoneError(kind, state);
      throw error;
    }
  }

  /** The object from a write's answer, or, where the answer has no body, from a read after it. */
  async #send(kind: Kind, at: Location, request: WriteRequest, inputs: Values): Promise<Found> {
    try {
      const { body } = await this.client.send(request);
      if (typeof body === "object" && body !== null) return kind.parse(body, at);
    } finally {
      this.live.wrote(kind, at);
    }
    const found = await this.#lookFor(kind, at, inputs);
    if (!found) throw new GoneError(kind, inputs);
    return found;
  }

  /** Makes the further writes; what fails there leaves an object that is kept in state and repaired by the next run. */
  async #finish(
    kind: Kind,
    at: Location,
    found: Found,
    inputs: Values,
    state: Values | undefined,
  ): Promise<Created> {
    const requests = kind.afterWrite?.(at, found.id, inputs as never, state) ?? [];
    try {
      for (const request of requests) await this.client.send(request);
    } catch (error) {
      const before = mapFacets(kind, inputs, (field, facet) => state?.[field] ?? facet.parse(undefined));
      throw new HalfDoneError(kind, inputs, found.id, outputsOf(kind, inputs, found, before), error);
    } finally {
      this.live.wrote(kind, at, found.id);
    }
    // Further writes have set what the first answer could not show yet.
    const after =
      requests.length > 0 ? { ...found, args: { ...found.args, ...managed(kind, inputs) } } : found;
    return {
      id: found.id,
      outputs: outputsOf(
        kind,
        inputs,
        after,
        mapFacets(kind, inputs, (field) => inputs[field]),
      ),
    };
  }

  async #facets(kind: Kind, at: Location, id: string, wanted: Values): Promise<Values> {
    const facets: Record<string, unknown> = {};
    for (const field of managedFields(kind, wanted)) {
      if (kind.facets?.[field]) facets[field] = await this.live.facet(kind, at, id, field);
    }
    return facets;
  }

  async #locate(kind: Kind, values: Values): Promise<Location> {
    const at = locationOf(kind, values);
    return at.project ? { ...at, project: await this.live.projectKey(at.workspace, at.project) } : at;
  }
}

function mapFacets(kind: Kind, wanted: Values, value: (field: string, facet: Facet) => unknown): Values {
  const fields = managedFields(kind, wanted);
  return Object.fromEntries(
    Object.entries(kind.facets ?? {})
      .filter(([field]) => fields.includes(field))
      .map(([field, facet]) => [field, value(field, facet)]),
  );
}

function pickOutputs(kind: Kind, state: Values): Values {
  return Object.fromEntries(Object.keys(kind.outputs.shape).map((name) => [name, state[name]]));
}
