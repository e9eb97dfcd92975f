/**
 * The one driver for every kind: create, read, update and delete, from the requests that a kind declares.
 *
 * A create whose answer was lost, or that an earlier run made before it died, is recognised by its natural key and
 * taken over when it is as declared. What exists and differs is an error, unless `adopt` is set for it or for the run.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { BitbucketError, type Client, ConflictError, NotFoundError, ValidationError } from "../bitbucket";
import { isBug, UserError } from "../errors";
import { keptValue } from "../kinds/kept";
import {
  type Facet,
  type Found,
  fieldMeta,
  fieldsWith,
  identityOf,
  type Kind,
  type Location,
  secretFieldsOf,
  type Values,
  type WriteRequest,
} from "../kinds/kind";
import { parseObject, userFieldsOf } from "../kinds/parse";
import { canonical } from "../kinds/uuid";
import {
  type HeldObject,
  type Home,
  type LiveReader,
  NoProjectError,
  UnexpectedShapeError,
  UnprovenAbsenceError,
} from "../live";
import { adoptionText } from "../model/adoption";
import { describe } from "../model/describe";
import { locationOf } from "../model/location";
import { fieldsNotApplied, memoryAfterRefresh, memoryOf, notAppliedText } from "../model/notApplied";
import { complete, differences, inputsOf, managed, managedFields, outputsOf, same } from "../model/values";
import { noteForRun } from "../pulumi/notes";
import type { Claims } from "./claims";
import { Emptying } from "./emptying";
import { AlreadyExistsError, GoneError, HalfDoneError, NotAppliedError, RefusedError } from "./errors";
import { supersedeExplanation } from "./explain";
import { asInState } from "./spelling";

/** Milliseconds before each look for an object that should be there. */
const lookWaits = [0, 500, 2000];

/** Milliseconds before each look whether a value that a write's answer does not show is there after all. */
const confirmWaits = [0, 500];

/** How often a create whose outcome was unknown, and that had no effect, is tried again. */
const createAttempts = 4;

export interface Created {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

export interface Current extends Created {
  readonly inputs: Record<string, unknown>;
  /** What the API shows, as it shows it: also what is not managed. */
  readonly live: Values;
  /** It has the natural key of the object in the state, and another id: somebody made it anew. */
  readonly recreated: boolean;
}

/** An object that a create would meet. */
export interface Recognised {
  readonly found: Found;
  /** The values of its managed fields that live on endpoints of their own. */
  readonly facets: Values;
  /** What is wanted, with users by their UUIDs. */
  readonly plain: Values;
  /** The fields in which it is not as wanted, as far as the API shows them. */
  readonly differing: readonly string[];
  /** Whether a create would take it over: an earlier run may have made it. */
  readonly isOurs: boolean;
}

/** What is wanted of one object. */
interface Wanted {
  readonly kind: Kind;
  readonly at: Location;
  /** Undefined for what belongs to an account. */
  readonly home: Home | undefined;
  /** As the user wrote it. */
  readonly values: Values;
  /** The same, with users by their UUIDs: for requests and comparisons. */
  readonly plain: Values;
}

export class Lifecycle {
  /** Objects as they were written, of which no answer told. */
  readonly #assumed = new WeakSet<Found>();
  readonly #emptying: Emptying;

  constructor(
    private readonly client: Client,
    private readonly live: LiveReader,
    /** Shows a line to the user. */
    private readonly tell: (line: string, severity?: "warning") => unknown = () => {},
    private readonly pause: (milliseconds: number) => Promise<unknown> = sleep,
    /** Whether everything that is there already may be taken over, as if `adopt` were set for it. */
    private readonly adoptAll = false,
    /** Where all resources of one run are told apart. */
    private readonly claims?: Claims,
  ) {
    this.#emptying = new Emptying(client, pause);
  }

  /** The object as it is, or undefined when it is gone. One that was made anew with the same key counts as it. */
  async read(kind: Kind, id: string, kept: Values): Promise<Current | undefined> {
    const state = complete(kind, kept);
    const one: HeldObject = { kind, id, values: state, name: describe(kind, state) };
    const wanted = await this.#placed(kind, state);
    if (!wanted) {
      await this.live.vanishing.saw(one, true);
      return undefined;
    }
    let found = await this.live.read(kind, wanted.at, id, wanted.plain);
    const recreated = !found;
    // Its id stays as the state has it, whatever the case of a UUID in it.
    if (found) found = { ...found, id };
    found ??= await this.live.find(kind, wanted.at, wanted.plain);
    const listed = found ? undefined : this.live.listedAlone(kind, wanted.at, id, wanted.plain);
    await this.live.vanishing.saw(one, !found, listed);
    if (!found) return undefined;
    const { home, plain } = wanted;
    const facets = await this.#beside(wanted, found, state);
    const now = home ? { ...state, workspace: home.workspace } : state;
    const seen = { facets, recreated, plain, workspaceUuid: uuidIn(wanted) };
    const shown = outputsOf(kind, now, found, seen);
    const outputs = { ...shown, ...(recreated ? {} : memoryAfterRefresh(kept, shown)) };
    const live = { ...found.args, ...facets };
    return { id: found.id, outputs, inputs: inputsOf(kind, outputs), live, recreated };
  }

  /** The object with the natural key of these inputs, and whether a create would take it over. Nothing is written. */
  async recognise(kind: Kind, inputs: Values): Promise<Recognised | undefined> {
    const wanted = await this.#wanted(kind, inputs);
    const found = await this.live.find(kind, wanted.at, wanted.plain);
    if (!found) return undefined;
    const facets = await this.#beside(wanted, found);
    const { differing, fixed, told } = this.#compare(wanted, found, facets);
    const isOurs = fixed.length === 0 && (told.length === 0 || this.#consented(inputs));
    return { found, facets, plain: wanted.plain, differing, isOurs };
  }

  /** The inputs, with what is only written in another way than in the state as it is there. */
  asInState(kind: Kind, state: Values, inputs: Values): Promise<Values> {
    return asInState(kind, state, inputs, () => this.live);
  }

  async create(kind: Kind, inputs: Values): Promise<Created> {
    const wanted = await this.#wanted(kind, inputs);
    const write = () => this.#create(wanted);
    return this.claims ? this.claims.create(kind, locationOf(kind, inputs), wanted.plain, write) : write();
  }

  async #create(wanted: Wanted): Promise<Created> {
    const { kind } = wanted;
    const look = kind.lookBeforeCreate && !this.live.isNew(wanted.at);
    const existing = look ? await this.live.findFresh(kind, wanted.at, wanted.plain) : undefined;
    const made = existing ? { existing } : await this.#post(wanted);
    if ("existing" in made) return this.#takeOver(wanted, made.existing);
    this.live.made(kind, wanted.at, made.found.id);
    return this.#finish(wanted, made.found, undefined);
  }

  async update(kind: Kind, id: string, kept: Values, inputs: Values): Promise<Created> {
    const state = complete(kind, kept);
    // Throws where another workspace is asked for.
    await this.asInState(kind, state, inputs);
    const wanted = await this.#wanted(kind, inputs);
    const before = await this.#wanted(kind, state, true);
    const refusal = kind.refuseChange?.(state, inputs);
    if (refusal) throw new RefusedError(kind, inputs, `${refusal.path.join(".")} ${refusal.message}`);
    await this.#keepOwnAdmin(before, wanted);
    const known = canonical(id);
    this.claims?.updates(kind, locationOf(kind, inputs), before.plain, wanted.plain, id);
    if (kind.lookBeforeUpdate) {
      const found = await this.live.readFresh(kind, before.at, known, before.plain);
      // Under another natural key, the request would miss it.
      if (!found || identityOf(kind, found.args) !== identityOf(kind, before.plain))
        throw new GoneError(kind, state);
    }
    const home = wanted.home && { ...wanted.home, uuid: wanted.home.uuid ?? before.home?.uuid };
    const put = await this.#put({ ...wanted, at: before.at, home }, known, before.plain);
    return put.id === known ? { ...put, id } : put;
  }

  async delete(kind: Kind, id: string, kept: Values): Promise<void> {
    const state = complete(kind, kept);
    const refusal = kind.refuseDelete?.(state);
    if (refusal) throw new RefusedError(kind, state, refusal);
    const before = await this.#placed(kind, state);
    if (!before) return;
    await this.#keepOwnAdmin(before, undefined);
    const known = canonical(id);
    this.claims?.deletes(kind, locationOf(kind, state), before.plain, id);
    const request = kind.delete(before.at, known, before.plain);
    if (!request) return;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#emptying.send(before, request);
        return;
      } catch (error) {
        // Gone already is what was wanted; some services answer that with a 400. But it has to be gone.
        const refused = error instanceof NotFoundError || error instanceof ValidationError;
        const lost = isLost(error) && request.method === "POST";
        if (!refused && !lost) throw error;
        if (!(await this.live.readFresh(kind, before.at, known, before.plain))) return;
        if (!lost || attempt >= createAttempts) throw error;
      } finally {
        this.live.wrote(kind, before.at, before.plain, known);
      }
    }
  }

  /** The object from the create's answer; or, where one was there already, that one. */
  async #post(wanted: Wanted): Promise<{ found: Found } | { existing: Found }> {
    const { kind, at, plain } = wanted;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return {
          found: await this.#soon(this.live.isNew(at), () =>
            this.#send(wanted, kind.create(at, plain as never)),
          ),
        };
      } catch (error) {
        const lost = isLost(error);
        const clash = error instanceof ConflictError || error instanceof ValidationError;
        if (!lost && !clash) throw error;
        const existing = await this.#lookFor(wanted);
        if (existing) return { existing };
        if (clash || attempt >= createAttempts) throw error;
      }
    }
  }

  /** What was written a moment ago may not be visible to the first read. */
  async #lookFor({ kind, at, plain }: Wanted): Promise<Found | undefined> {
    for (const [index, wait] of lookWaits.entries()) {
      if (wait > 0) await this.pause(wait);
      try {
        const found = await this.live.findFresh(kind, at, plain);
        if (found) return found;
      } catch (error) {
        // What holds it may have been made a moment ago.
        if (!(error instanceof UnprovenAbsenceError) || index === lookWaits.length - 1) throw error;
      }
    }
    return undefined;
  }

  async #takeOver(wanted: Wanted, existing: Found): Promise<Created> {
    const { kind, values, plain } = wanted;
    this.claims?.adopts(kind, locationOf(kind, values), existing.id, values);
    const facets = await this.#beside(wanted, existing);
    const { differing, fixed, told } = this.#compare(wanted, existing, facets);
    const consented = this.#consented(values);
    if (fixed.length > 0 || (told.length > 0 && !consented && !kind.alwaysExists)) {
      throw new AlreadyExistsError(kind, values, existing.id, differing, fixed);
    }
    this.tell(adoptionText(kind, values, consented, differing));
    noteForRun({ note: "adopted", kind: kind.name, id: existing.id, at: { ...locationOf(kind, values) } });
    const state = { ...existing.outputs, ...existing.args, ...facets };
    const hidden = [...fieldsWith(kind, "writeOnly"), ...secretFieldsOf(kind, plain)].some(
      (field) => plain[field] !== undefined,
    );
    // What the API does not show may differ, so it is written even where nothing seems to.
    return differing.length > 0 || hidden
      ? this.#put(wanted, existing.id, state)
      : this.#finish(wanted, existing, state);
  }

  #consented(values: Values): boolean {
    return values.adopt === true || (this.adoptAll && values.adopt !== false);
  }

  #compare(
    { kind, at, plain }: Wanted,
    existing: Found,
    facets: Values,
  ): Record<"differing" | "fixed" | "told", readonly string[]> {
    const live: Values = { ...existing.args, ...facets };
    const differing = differences(kind, plain, { ...existing, args: live });
    // Some fields are set in a step of their own, which a run that died may not have come to.
    const unfinished = (field: string) =>
      kind.facets?.[field] !== undefined ||
      (kind.initially !== undefined && field in kind.initially && live[field] === kind.initially[field]);
    return {
      differing,
      fixed: differing.filter(
        (field) => fieldMeta(kind, field).immutable || kind.immutableAt?.(at).includes(field),
      ),
      told: differing.filter((field) => !unfinished(field)),
    };
  }

  async #put(wanted: Wanted, id: string, state: Values): Promise<Created> {
    const { kind, at, plain } = wanted;
    const request = kind.update?.(at, id, plain as never, state);
    const unchanged = { id, args: managed(kind, plain), outputs: pickOutputs(kind, state) };
    try {
      const found = request ? await this.#change(wanted, id, request, state) : unchanged;
      return await this.#finish(wanted, found, state);
    } catch (error) {
      if (error instanceof NotFoundError) throw new GoneError(kind, state);
      throw error;
    }
  }

  /** A change whose answer was lost may have taken effect: then it is not made again. */
  async #change(wanted: Wanted, id: string, request: WriteRequest, state: Values): Promise<Found> {
    const { kind, plain } = wanted;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#send(wanted, request);
      } catch (error) {
        // What was renamed does not answer to its old name any more, when the client tries again.
        const renamed = isRefusal(error) && identityOf(kind, state) !== identityOf(kind, plain);
        if (!renamed && !(isLost(error) && request.method === "POST")) throw error;
        const found = await this.#lookFor(wanted);
        if (found?.id === id) {
          const args = { ...found.args, ...(await this.#contents(wanted, found)) };
          if (differences(kind, plain, { ...found, args }).length === 0) return found;
        }
        if (renamed || attempt >= createAttempts) throw error;
      }
    }
  }

  /** What was made a moment ago may not be there yet for what belongs to it. */
  async #soon<Result>(isNew: boolean, send: () => Promise<Result>): Promise<Result> {
    for (const wait of isNew ? lookWaits.slice(1) : []) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        await this.pause(wait);
      }
    }
    return send();
  }

  /** The object from a write's answer, or, where the answer has no body, from a read after it. */
  async #send(wanted: Wanted, request: WriteRequest): Promise<Found> {
    const { kind, at, plain } = wanted;
    try {
      const { body } = await this.client.send(request);
      if (typeof body === "object" && body !== null) return this.#parsed(wanted, request, body);
      if (kind.written) {
        const assumed = kind.written(at, plain);
        this.#assumed.add(assumed);
        return assumed;
      }
    } finally {
      this.live.wrote(kind, at, plain);
    }
    const found = await this.#lookFor(wanted);
    if (!found) throw new GoneError(kind, wanted.values);
    return found;
  }

  /** The object in a write's answer. What was written is there, so that the next run recognises it. */
  #parsed({ kind, at, plain }: Wanted, { method, path }: WriteRequest, body: unknown): Found {
    try {
      return parseObject(kind, body, at, plain);
    } catch (cause) {
      if (isBug(cause)) throw cause;
      throw new UnexpectedShapeError(kind, path, cause, method);
    }
  }

  /** Makes the further writes; what fails there leaves an object that is kept in state and repaired by the next run. */
  async #finish(wanted: Wanted, found: Found, state: Values | undefined): Promise<Created> {
    const { kind, at, values, plain } = wanted;
    const workspaceUuid = uuidIn(wanted);
    const requests = kind.afterWrite?.(at, found.id, plain as never, state) ?? [];
    const answers: { readonly request: WriteRequest; readonly body: unknown }[] = [];
    try {
      for (const request of requests) {
        const { body } = await this.#soon(state === undefined, () => this.client.send(request));
        answers.push({ request, body });
      }
    } catch (error) {
      const facets = mapFacets(kind, values, (field, facet) => state?.[field] ?? facet.parse(undefined));
      throw new HalfDoneError(
        kind,
        values,
        found.id,
        outputsOf(kind, values, found, { facets, plain, workspaceUuid }),
        error,
      );
    } finally {
      this.live.wrote(kind, at, plain, found.id);
    }
    const { after, ignored } = await this.#afterWrites(wanted, found, answers, state);
    const outputs = {
      ...outputsOf(kind, { ...pickOutputs(kind, state ?? {}), ...values }, after, { plain, workspaceUuid }),
      ...memoryOf(kind, values, ignored),
    };
    if (ignored.length === 0) return { id: found.id, outputs };
    const said = notAppliedText(kind, values, ignored);
    supersedeExplanation(kind, found.id);
    if (ignored.some((field) => fieldMeta(kind, field).mustApply))
      throw new NotAppliedError(kind, values, found.id, outputs, said, ignored);
    await this.tell(said, "warning");
    return { id: found.id, outputs };
  }

  /**
   * The object after all writes, with its facets, and the fields that were taken and not applied: those that neither the
   * answers nor a read after them show as they were written. Where it cannot be read, the answers alone count.
   */
  async #afterWrites(
    wanted: Wanted,
    found: Found,
    answers: readonly { readonly request: WriteRequest; readonly body: unknown }[],
    state: Values | undefined,
  ): Promise<{ after: Found; ignored: readonly string[] }> {
    const { kind, plain, values } = wanted;
    // What is not shown yet counts as set, until a read says otherwise.
    let after: Found = {
      ...found,
      args: {
        ...found.args,
        ...mapFacets(kind, values, (field) => plain[field]),
        ...(await this.#contentsAfter(wanted, found, state)),
      },
    };
    let untold = this.#assumed.has(found);
    for (const answer of answers) {
      const shown = shownBy(wanted, answer);
      untold ||= shown === undefined;
      after = { ...after, args: { ...after.args, ...(shown ?? managed(kind, plain)) } };
    }
    let ignored = fieldsNotApplied(kind, plain, after);
    for (const wait of untold || ignored.length > 0 ? confirmWaits : []) {
      if (wait > 0) await this.pause(wait);
      const seen = await this.#reread(wanted, found.id);
      if (!seen) break;
      after = {
        ...after,
        ...seen,
        args: { ...after.args, ...seen.args, ...(await this.#contentsAfter(wanted, seen, state)) },
        outputs: { ...after.outputs, ...seen.outputs },
      };
      ignored = fieldsNotApplied(kind, plain, after);
      if (ignored.length === 0) break;
    }
    return { after, ignored };
  }

  /** The object with its facets, from a read that begins now; undefined where it cannot be read. */
  async #reread(wanted: Wanted, id: string): Promise<Found | undefined> {
    const { kind, at, plain } = wanted;
    this.live.wrote(kind, at, plain, id);
    try {
      const seen = await this.live.reread(kind, at, id, plain);
      return seen && { ...seen, args: { ...seen.args, ...(await this.#facets(wanted, id)) } };
    } catch {
      return undefined;
    }
  }

  /** A credential must not take the branch that it sits on. */
  async #keepOwnAdmin(before: Wanted, after: Wanted | undefined): Promise<void> {
    const { kind, values } = before;
    const admin = kind.adminOf?.(before.plain);
    if (admin === undefined || (after && kind.adminOf?.(after.plain) === admin)) return;
    if ((after?.values ?? values).allowLosingOwnAdmin === true || admin !== (await this.live.currentUser()))
      return;
    throw new RefusedError(
      kind,
      values,
      "would take admin rights from the very user to whom this credential belongs. Use another user's credential, " +
        'or, if that is meant, write "allowLosingOwnAdmin: true" for it and run "pulumi up" first.',
    );
  }

  /** What is known of an object beside what its list or its own path shows: its facets, and the bytes that it stands for. */
  async #beside(wanted: Wanted, found: Found, state?: Values): Promise<Values> {
    return { ...(await this.#facets(wanted, found.id)), ...(await this.#contents(wanted, found, state)) };
  }

  async #facets(wanted: Wanted, id: string): Promise<Values> {
    const { kind, at, values } = wanted;
    const facets: Record<string, unknown> = {};
    for (const field of managedFields(kind, values)) {
      if (kind.facets?.[field]) facets[field] = await this.live.facet(kind, at, canonical(id), field);
    }
    return facets;
  }

  /**
   * The value of the field that stands for bytes, from the bytes themselves.
   *
   * @param state What the state holds. Left out, nothing is known of what was last written.
   */
  async #contents({ kind, at, values }: Wanted, found: Found, state?: Values): Promise<Values> {
    const { contents } = kind;
    if (!contents || values[contents.field] === undefined) return {};
    if (state && contents.isAsWritten(found, state)) return {};
    const { body } = await this.client.open(contents.path(at, found.id));
    const hash = createHash("sha256");
    for await (const part of body) hash.update(part as Uint8Array);
    return { [contents.field]: contents.value(hash.digest("hex")) };
  }

  /** The same after a write. Where the bytes cannot be read, one that looks as it did before counts as not written. */
  async #contentsAfter(wanted: Wanted, found: Found, before: Values = {}): Promise<Values> {
    const { kind, plain } = wanted;
    const field = kind.contents?.field;
    if (field === undefined || plain[field] === undefined) return {};
    if (same(kind, field, before[field], plain[field])) return { [field]: plain[field] };
    const isAsBefore = kind.contents?.isAsWritten(found, before) ?? false;
    return this.#contents(wanted, found).catch(() => ({ [field]: (isAsBefore ? before : plain)[field] }));
  }

  /** The same of what the state holds; undefined where the project that it belongs to is gone, and it with that. */
  async #placed(kind: Kind, state: Values): Promise<Wanted | undefined> {
    try {
      return await this.#wanted(kind, state, true);
    } catch (error) {
      if (!(error instanceof NoProjectError)) throw error;
      await this.live.concludeProjectGone(error);
      return undefined;
    }
  }

  /** @param inState Whether the state holds the values. Otherwise they are what is asked for. */
  async #wanted(kind: Kind, values: Values, inState = false): Promise<Wanted> {
    const written = locationOf(kind, values);
    const home = kind.parents.includes("account")
      ? undefined
      : await this.live.workspaces.home({ ...written, uuid: values.workspaceUuid, inState });
    const workspace = home?.workspace ?? written.workspace;
    const at: Location = {
      ...written,
      workspace,
      ...(written.project ? { project: await this.live.projectKey(workspace, written.project) } : {}),
      ...(kind.parents.includes("account") ? { account: await this.#account(kind) } : {}),
    };
    if (Object.values(values).includes(keptValue))
      throw new RefusedError(kind, values, "a secret that was not supplied cannot be written.");
    const plain: Record<string, unknown> = { ...values };
    for (const field of userFieldsOf(kind))
      if (field in values) plain[field] = await this.#users(at.workspace, values[field]);
    return { kind, at, home, values, plain };
  }

  async #users(workspace: string, value: unknown): Promise<unknown> {
    if (typeof value === "string") return this.live.userUuid(workspace, value);
    if (!Array.isArray(value)) return value;
    const uuids = await Promise.all(value.map((user) => this.live.userUuid(workspace, String(user))));
    return uuids.sort();
  }

  async #account(kind: Kind): Promise<string> {
    const account = await this.live.currentUser();
    if (account) return account;
    throw new UserError(
      `A ${kind.title} belongs to a user, and this credential to none: use a user's API token.`,
    );
  }
}

/** The values that the answer to a further write shows; undefined where it shows none. */
function shownBy(
  { kind, at, plain }: Wanted,
  { request, body }: { readonly request: WriteRequest; readonly body: unknown },
): Values | undefined {
  const { answer } = request;
  if (answer === "nothing") return {};
  if (typeof body !== "object" || body === null) return undefined;
  try {
    if (answer === undefined) return parseObject(kind, body, at, plain).args;
    return { [answer.facet]: kind.facets?.[answer.facet]?.parse(body) };
  } catch {
    return undefined;
  }
}

/** What the state keeps of the workspace's UUID: a repository's own can do without, since its UUID is in the state. */
function uuidIn({ at, home }: Wanted): string | undefined {
  return at.repository === undefined ? home?.uuid : undefined;
}

function mapFacets(kind: Kind, wanted: Values, value: (field: string, facet: Facet) => unknown): Values {
  const fields = managedFields(kind, wanted);
  return Object.fromEntries(
    Object.entries(kind.facets ?? {})
      .filter(([field]) => fields.includes(field))
      .map(([field, facet]) => [field, value(field, facet)]),
  );
}

/** The outputs in a state that are not fields as well. */
function pickOutputs(kind: Kind, state: Values): Values {
  const names = Object.keys(kind.outputs.shape).filter(
    (name) => !(name in kind.args.shape) && state[name] !== undefined,
  );
  return Object.fromEntries(names.map((name) => [name, state[name]]));
}

/** Whether it is not known if a write took effect. */
function isLost(error: unknown): boolean {
  return error instanceof BitbucketError && error.outcome === "unknown";
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof ValidationError || error instanceof NotFoundError;
}
