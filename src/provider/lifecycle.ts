/**
 * The one driver for every kind: create, read, update and delete, from the requests that a kind declares.
 *
 * A create whose answer was lost, or that an earlier run made before it died, is recognised by its natural key and
 * adopted when it is as declared. What exists and differs is an error, unless `adopt` is set for it or for the run.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  BitbucketError,
  type Client,
  ConflictError,
  NotFoundError,
  PermissionError,
  ValidationError,
} from "../bitbucket";
import { isBug, UserError } from "../errors";
import { keptValue } from "../kinds/kept";
import {
  fieldMeta,
  fieldsMarked,
  identityOf,
  type Kind,
  type LiveObject,
  type Location,
  type Properties,
  secretFieldsOf,
  type WriteRequest,
} from "../kinds/kind";
import { parseObject, userFieldsOf } from "../kinds/parse";
import { toCanonicalUuid } from "../kinds/uuid";
import {
  type HeldObject,
  type LiveReader,
  NoProjectError,
  UnexpectedShapeError,
  UnprovenAbsenceError,
  type WorkspaceHome,
} from "../live";
import { formatAdoption } from "../model/adoption";
import { describeResource } from "../model/describe";
import { compareExisting } from "../model/existing";
import { mapSubResources, valuesInAnswer } from "../model/facets";
import { locationFields, toLocation } from "../model/location";
import {
  findFieldsNotApplied,
  formatNotApplied,
  keepMemoryOnRefresh,
  rememberNotApplied,
} from "../model/notApplied";
import {
  findDifferences,
  isSame,
  listManagedFields,
  outputsBeside,
  pickManaged,
  toInputs,
  toOutputs,
  withDefaults,
} from "../model/values";
import { noteForRun } from "../pulumi/notes";
import type { ClaimObject, Claims } from "./claims";
import { EmptyingDeletion } from "./emptyingDeletion";
import { AlreadyExistsError, GoneError, HalfDoneError, NotAppliedError, RefusedError } from "./errors";
import { supersedeExplanation } from "./explain";
import { matchStateSpelling } from "./spelling";

/** Milliseconds before each look for an object that should be there. */
const lookWaits = [0, 500, 2000];

/** Milliseconds before each look whether a value that a write's answer does not show is there after all. */
const confirmWaits = [0, 500];

/** How often a create whose outcome was unknown, and that had no effect, is tried again. */
const createAttempts = 4;

export interface WriteResult {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/** An object after a write or a read. */
export interface LiveResult extends WriteResult {
  /** The live values as the API shows them, unmanaged ones included. */
  readonly live: Properties;
}

export interface CurrentState extends LiveResult {
  readonly inputs: Record<string, unknown>;
  /** It has the natural key of the object in the state, and another id: somebody recreated it. */
  readonly recreated: boolean;
}

/** An object that a create would meet. */
export interface ExistingObject {
  readonly found: LiveObject;
  /** The values of its managed fields that live on endpoints of their own. */
  readonly subResources: Properties;
  /** The desired values, with users by their UUIDs. */
  readonly resolved: Properties;
  /** The fields in which it is not as wanted, as far as the API shows them. */
  readonly differences: readonly string[];
  /** Whether a create would adopt it: an earlier run may have created it. */
  readonly adoptable: boolean;
}

/** The desired values of one object. */
interface WriteTarget {
  readonly kind: Kind;
  readonly at: Location;
  /** Undefined for what belongs to an account. */
  readonly home: WorkspaceHome | undefined;
  /** As the user wrote it. */
  readonly values: Properties;
  /** The same, with users by their UUIDs: for requests and comparisons. */
  readonly resolved: Properties;
}

export class Lifecycle {
  /** Objects as written, for which no answer was received. */
  readonly #assumed = new WeakSet<LiveObject>();
  readonly #emptying: EmptyingDeletion;

  constructor(
    private readonly client: Client,
    private readonly live: LiveReader,
    /** Shows a line to the user. */
    private readonly log: (line: string, severity?: "warning") => unknown = () => {},
    private readonly delay: (milliseconds: number) => Promise<unknown> = sleep,
    /** Whether everything that exists may be adopted, as if `adopt` were set for it. */
    private readonly adoptAll = false,
    /** Tells the resources of one run apart by natural key. */
    private readonly claims?: Claims,
  ) {
    this.#emptying = new EmptyingDeletion(client, delay);
  }

  /** The object as it is, or undefined when it is gone. One that was recreated with the same key counts as it. */
  async read(kind: Kind, id: string, kept: Properties): Promise<CurrentState | undefined> {
    const state = withDefaults(kind, kept);
    const one: HeldObject = { kind, id, values: state, name: describeResource(kind, state) };
    const wanted = await this.#locate(kind, state);
    if (!wanted) {
      await this.live.absences.record(one, true);
      return undefined;
    }
    let found = await this.live.read(kind, wanted.at, id, wanted.resolved);
    const recreated = !found;
    // Its id stays as the state has it, whatever the case of a UUID in it.
    if (found) found = { ...found, id };
    found ??= await this.live.find(kind, wanted.at, wanted.resolved);
    const listed = found ? undefined : this.live.findLoneListing(kind, wanted.at, id, wanted.resolved);
    await this.live.absences.record(one, !found, listed);
    if (!found) return undefined;
    const { home, resolved } = wanted;
    const facets = await this.#readLiveContext(wanted, found, state);
    const now = home ? { ...state, workspace: home.workspace } : state;
    const seen = { subResources: facets, recreated, resolved, workspaceUuid: readWorkspaceUuid(wanted) };
    const shown = toOutputs(kind, now, found, seen);
    const outputs = { ...shown, ...(recreated ? {} : keepMemoryOnRefresh(kept, shown)) };
    const live = { ...found.args, ...facets };
    return { id: found.id, outputs, inputs: toInputs(kind, outputs), live, recreated };
  }

  /** The object with the natural key of these inputs, and whether a create would adopt it. Nothing is written. */
  async findExisting(kind: Kind, inputs: Properties): Promise<ExistingObject | undefined> {
    const wanted = await this.#resolve(kind, inputs);
    const found = await this.live.find(kind, wanted.at, wanted.resolved);
    if (!found) return undefined;
    const facets = await this.#readLiveContext(wanted, found);
    const { differing, fixed, told } = compareExisting(kind, wanted.at, wanted.resolved, found, facets);
    const isOurs = fixed.length === 0 && (told.length === 0 || this.#isAdoptionAllowed(inputs));
    return {
      found,
      subResources: facets,
      resolved: wanted.resolved,
      differences: differing,
      adoptable: isOurs,
    };
  }

  /**
   * An object that is not managed, with all that the API shows of it. A setting that the credential may not read is
   * left out. Undefined: there is none that the credential may see.
   *
   * @param id Its id, or its natural key where that is one field.
   * @param values Where it is, and the fields of a natural key of several.
   */
  async lookUp(kind: Kind, id: string, values: Properties): Promise<WriteResult | undefined> {
    const [key, ...others] = kind.naturalKey;
    const isUuid = id.startsWith("{");
    const isNamed = key !== undefined && others.length === 0 && (!isUuid || !("uuid" in kind.outputs.shape));
    const wanted = await this.#resolve(kind, { ...(isNamed ? { [key]: id } : {}), ...values });
    const { at, home, resolved } = wanted;
    const isUnderItsKey = kind.parentRole === "repository" || kind.parentRole === "project";
    const hasId = isUuid || isUnderItsKey || !("uuid" in kind.outputs.shape);
    const idIsKey = "idIsKey" in kind.source && kind.source.idIsKey === true && key !== undefined;
    const path = idIsKey ? String(resolved[key]) : toCanonicalUuid(id);
    const isKeyed = isNamed || kind.naturalKey.some((field) => resolved[field] !== undefined);
    const found =
      (hasId && /^\S+$/.test(path) && !("single" in kind.source)
        ? await this.live.readAgain(kind, at, path, resolved)
        : undefined) ??
      (isKeyed || "single" in kind.source ? await this.live.find(kind, at, resolved) : undefined);
    if (!found) return undefined;
    const outputs = {
      ...Object.fromEntries(locationFields(kind).map((field) => [field, values[field]])),
      ...(home ? { workspace: home.workspace } : {}),
      ...found.args,
      ...(await this.#readableFacets(wanted, found.id)),
      ...found.outputs,
    };
    return {
      id: found.id,
      outputs: Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined)),
    };
  }

  async #readableFacets({ kind, at }: WriteTarget, id: string): Promise<Properties> {
    const facets: Record<string, unknown> = {};
    for (const field of Object.keys(kind.subResources ?? {})) {
      try {
        facets[field] = await this.live.readSubResource(kind, at, toCanonicalUuid(id), field);
      } catch (error) {
        if (!(error instanceof PermissionError)) throw error;
      }
    }
    return facets;
  }

  /** The inputs, with what is only written in another way than in the state as it is there. */
  matchStateSpelling(kind: Kind, state: Properties, inputs: Properties): Promise<Properties> {
    return matchStateSpelling(kind, state, inputs, () => this.live);
  }

  async create(kind: Kind, inputs: Properties): Promise<LiveResult> {
    const wanted = await this.#resolve(kind, inputs);
    const write = (claim: ClaimObject) => this.#create(wanted, claim);
    return this.claims ? this.claims.create(kind, wanted.at, wanted.resolved, write) : write(() => {});
  }

  async #create(wanted: WriteTarget, claim: ClaimObject): Promise<LiveResult> {
    const { kind } = wanted;
    const look = kind.lookBeforeCreate && !this.live.isNew(wanted.at);
    const existing = look ? await this.live.findFresh(kind, wanted.at, wanted.resolved) : undefined;
    const made = existing ? { existing } : await this.#post(wanted);
    if ("existing" in made) {
      claim(made.existing.id);
      return this.#adopt(wanted, made.existing);
    }
    this.live.recordCreation(kind, wanted.at, made.found.id);
    return this.#finish(wanted, made.found, undefined);
  }

  async update(kind: Kind, id: string, kept: Properties, inputs: Properties): Promise<LiveResult> {
    const state = withDefaults(kind, kept);
    // Throws where another workspace is asked for.
    await this.matchStateSpelling(kind, state, inputs);
    const wanted = await this.#resolve(kind, inputs);
    const before = await this.#resolve(kind, state, true);
    const refusal = kind.refuseUpdate?.(state, inputs);
    if (refusal) throw new RefusedError(kind, inputs, `${refusal.path.join(".")} ${refusal.message}`);
    await this.#keepOwnAdmin(before, wanted);
    const known = toCanonicalUuid(id);
    this.claims?.recordUpdate(kind, wanted.at, before.resolved, wanted.resolved, id);
    if (kind.lookBeforeUpdate) {
      const found = await this.live.readFresh(kind, before.at, known, before.resolved);
      // Under another natural key, the request would miss it.
      if (!found || identityOf(kind, found.args) !== identityOf(kind, before.resolved))
        throw new GoneError(kind, state);
    }
    const home = wanted.home && { ...wanted.home, uuid: wanted.home.uuid ?? before.home?.uuid };
    const put = await this.#put({ ...wanted, at: before.at, home }, known, before.resolved);
    return put.id === known ? { ...put, id } : put;
  }

  async delete(kind: Kind, id: string, kept: Properties): Promise<void> {
    const state = withDefaults(kind, kept);
    const refusal = kind.refuseDelete?.(state);
    if (refusal) throw new RefusedError(kind, state, refusal);
    const before = await this.#locate(kind, state);
    if (!before) return;
    if (this.claims?.isCreated(kind, before.at, id)) {
      // Of a resource that moved to another provider, Pulumi deletes the old one after it created the new one.
      this.log(`${describeResource(kind, state)}: not deleted, because another resource manages it now`);
      return;
    }
    await this.#keepOwnAdmin(before, undefined);
    const known = toCanonicalUuid(id);
    this.claims?.recordDeletion(kind, before.at, before.resolved, id);
    const request = kind.delete(before.at, known, before.resolved);
    if (!request) return;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#emptying.send(before, request);
        return;
      } catch (error) {
        // Gone already is what was wanted; some services answer that with a 400. But it has to be gone.
        const refused = error instanceof NotFoundError || error instanceof ValidationError;
        const lost = isUnanswered(error) && request.method === "POST";
        if (!refused && !lost) throw error;
        if (!(await this.live.readFresh(kind, before.at, known, before.resolved))) return;
        if (!lost || attempt >= createAttempts) throw error;
      } finally {
        this.live.recordWrite(kind, before.at, before.resolved, known);
      }
    }
  }

  /** The object from the create's answer; or, where one was there already, that one. */
  async #post(wanted: WriteTarget): Promise<{ found: LiveObject } | { existing: LiveObject }> {
    const { kind, at, resolved } = wanted;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return {
          found: await this.#retryUntilVisible(this.live.isNew(at), () =>
            this.#send(wanted, kind.create(at, resolved as never)),
          ),
        };
      } catch (error) {
        const lost = isUnanswered(error);
        const clash = error instanceof ConflictError || error instanceof ValidationError;
        if (!lost && !clash) throw error;
        const existing = await this.#findObject(wanted);
        if (existing) return { existing };
        if (clash || attempt >= createAttempts) throw error;
      }
    }
  }

  /** A recent write may not be visible to the first read. */
  async #findObject({ kind, at, resolved }: WriteTarget): Promise<LiveObject | undefined> {
    for (const [index, wait] of lookWaits.entries()) {
      if (wait > 0) await this.delay(wait);
      try {
        const found = await this.live.findFresh(kind, at, resolved);
        if (found) return found;
      } catch (error) {
        // Its parent may have been created just before.
        if (!(error instanceof UnprovenAbsenceError) || index === lookWaits.length - 1) throw error;
      }
    }
    return undefined;
  }

  async #adopt(wanted: WriteTarget, existing: LiveObject): Promise<LiveResult> {
    const { kind, values, resolved } = wanted;
    const facets = await this.#readLiveContext(wanted, existing);
    const { differing, fixed, told } = compareExisting(kind, wanted.at, resolved, existing, facets);
    const consented = this.#isAdoptionAllowed(values);
    if (fixed.length > 0 || (told.length > 0 && !consented && !kind.alwaysExists)) {
      throw new AlreadyExistsError(kind, values, existing.id, differing, fixed);
    }
    this.log(formatAdoption(kind, values, consented, differing));
    noteForRun({ note: "adopted", kind: kind.name, id: existing.id, at: { ...toLocation(kind, values) } });
    const state = { ...existing.outputs, ...existing.args, ...facets };
    const hidden = [...fieldsMarked(kind, "writeOnly"), ...secretFieldsOf(kind, resolved)].some(
      (field) => resolved[field] !== undefined,
    );
    // Values that the API does not show may differ, so they are written even if nothing seems to differ.
    return differing.length > 0 || hidden
      ? this.#put(wanted, existing.id, state)
      : this.#finish(wanted, existing, state);
  }

  #isAdoptionAllowed(values: Properties): boolean {
    return values.adopt === true || (this.adoptAll && values.adopt !== false);
  }

  async #put(wanted: WriteTarget, id: string, state: Properties): Promise<LiveResult> {
    const { kind, at, resolved } = wanted;
    const request = kind.update?.(at, id, resolved as never, state);
    const unchanged = { id, args: pickManaged(kind, resolved), outputs: outputsBeside(kind, state) };
    try {
      const found = request ? await this.#change(wanted, id, request, state) : unchanged;
      return await this.#finish(wanted, found, state);
    } catch (error) {
      if (error instanceof NotFoundError) throw new GoneError(kind, state);
      throw error;
    }
  }

  /** A change whose answer was lost may have taken effect: then it is not made again. */
  async #change(
    wanted: WriteTarget,
    id: string,
    request: WriteRequest,
    state: Properties,
  ): Promise<LiveObject> {
    const { kind, resolved } = wanted;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#send(wanted, request);
      } catch (error) {
        // After a rename, a retry under the old name fails.
        const renamed = isRefusal(error) && identityOf(kind, state) !== identityOf(kind, resolved);
        if (!renamed && !(isUnanswered(error) && request.method === "POST")) throw error;
        const found = await this.#findObject(wanted);
        if (found?.id === id) {
          const args = { ...found.args, ...(await this.#readContents(wanted, found)) };
          if (findDifferences(kind, resolved, { ...found, args }).length === 0) return found;
        }
        if (renamed || attempt >= createAttempts) throw error;
      }
    }
  }

  /** A parent created just before may not be visible yet. */
  async #retryUntilVisible<Result>(isNew: boolean, send: () => Promise<Result>): Promise<Result> {
    for (const wait of isNew ? lookWaits.slice(1) : []) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        await this.delay(wait);
      }
    }
    return send();
  }

  /** The object from a write's answer, or, where the answer has no body, from a read after it. */
  async #send(wanted: WriteTarget, request: WriteRequest): Promise<LiveObject> {
    const { kind, at, resolved } = wanted;
    try {
      const { body } = await this.client.send(request);
      if (typeof body === "object" && body !== null) return this.#parse(wanted, request, body);
      if (kind.afterCommit) {
        const assumed = kind.afterCommit(at, resolved);
        this.#assumed.add(assumed);
        return assumed;
      }
    } finally {
      this.live.recordWrite(kind, at, resolved);
    }
    const found = await this.#findObject(wanted);
    if (!found) throw new GoneError(kind, wanted.values);
    return found;
  }

  /** The object in a write's answer. What was written is there, so that the next run recognises it. */
  #parse({ kind, at, resolved }: WriteTarget, { method, path }: WriteRequest, body: unknown): LiveObject {
    try {
      return parseObject(kind, body, at, resolved);
    } catch (cause) {
      if (isBug(cause)) throw cause;
      throw new UnexpectedShapeError(kind, path, cause, method);
    }
  }

  /** Makes the further writes; what fails there leaves an object that is kept in state and repaired by the next run. */
  async #finish(wanted: WriteTarget, found: LiveObject, state: Properties | undefined): Promise<LiveResult> {
    const { kind, at, values, resolved } = wanted;
    const workspaceUuid = readWorkspaceUuid(wanted);
    const requests = kind.afterWrite?.(at, found.id, resolved as never, state) ?? [];
    const answers: { readonly request: WriteRequest; readonly body: unknown }[] = [];
    try {
      for (const request of requests) {
        const { body } = await this.#retryUntilVisible(state === undefined, () => this.client.send(request));
        answers.push({ request, body });
      }
    } catch (error) {
      const facets = mapSubResources(
        kind,
        values,
        (field, facet) => state?.[field] ?? facet.parse(undefined),
      );
      throw new HalfDoneError(
        kind,
        values,
        found.id,
        toOutputs(kind, values, found, { subResources: facets, resolved, workspaceUuid }),
        error,
      );
    } finally {
      this.live.recordWrite(kind, at, resolved, found.id);
    }
    const { after, ignored } = await this.#afterWrites(wanted, found, answers, state);
    const outputs = {
      ...toOutputs(kind, { ...outputsBeside(kind, state ?? {}), ...values }, after, {
        resolved,
        workspaceUuid,
      }),
      ...rememberNotApplied(kind, values, ignored),
    };
    const written = { id: found.id, outputs, live: after.args };
    if (ignored.length === 0) return written;
    const said = formatNotApplied(kind, values, ignored);
    supersedeExplanation(kind, found.id);
    if (ignored.some((field) => fieldMeta(kind, field).mustApply))
      throw new NotAppliedError(kind, values, found.id, outputs, said, ignored);
    await this.log(said, "warning");
    return written;
  }

  /**
   * The object after all writes, with its facets, and the fields that were taken and not applied: those that neither the
   * answers nor a read after them show as they were written. Where it cannot be read, the answers alone count.
   */
  async #afterWrites(
    wanted: WriteTarget,
    found: LiveObject,
    answers: readonly { readonly request: WriteRequest; readonly body: unknown }[],
    state: Properties | undefined,
  ): Promise<{ after: LiveObject; ignored: readonly string[] }> {
    const { kind, resolved, values } = wanted;
    // Values that are not shown yet count as set, until a read says otherwise.
    let after: LiveObject = {
      ...found,
      args: {
        ...found.args,
        ...mapSubResources(kind, values, (field) => resolved[field]),
        ...(await this.#readContentsAfter(wanted, found, state)),
      },
    };
    let untold = this.#assumed.has(found);
    for (const answer of answers) {
      const shown = valuesInAnswer(kind, wanted.at, wanted.resolved, answer);
      untold ||= shown === undefined;
      after = { ...after, args: { ...after.args, ...(shown ?? pickManaged(kind, resolved)) } };
    }
    let ignored = findFieldsNotApplied(kind, resolved, after);
    for (const wait of untold || ignored.length > 0 ? confirmWaits : []) {
      if (wait > 0) await this.delay(wait);
      const seen = await this.#readAgain(wanted, found.id);
      if (!seen) break;
      after = {
        ...after,
        ...seen,
        args: { ...after.args, ...seen.args, ...(await this.#readContentsAfter(wanted, seen, state)) },
        outputs: { ...after.outputs, ...seen.outputs },
      };
      ignored = findFieldsNotApplied(kind, resolved, after);
      if (ignored.length === 0) break;
    }
    return { after, ignored };
  }

  /** The object with its facets, from a read that begins now; undefined where it cannot be read. */
  async #readAgain(wanted: WriteTarget, id: string): Promise<LiveObject | undefined> {
    const { kind, at, resolved } = wanted;
    this.live.recordWrite(kind, at, resolved, id);
    try {
      const seen = await this.live.readAgain(kind, at, id, resolved);
      return seen && { ...seen, args: { ...seen.args, ...(await this.#readSubResources(wanted, id)) } };
    } catch {
      return undefined;
    }
  }

  /** A credential must not take the branch that it sits on. */
  async #keepOwnAdmin(before: WriteTarget, after: WriteTarget | undefined): Promise<void> {
    const { kind, values } = before;
    const admin = kind.adminOf?.(before.resolved);
    if (admin === undefined || (after && kind.adminOf?.(after.resolved) === admin)) return;
    if ((after?.values ?? values).allowLosingOwnAdmin === true || admin !== (await this.live.currentUser()))
      return;
    throw new RefusedError(
      kind,
      values,
      "would remove the admin permission of this credential's own user. Use another user's credential, " +
        'or, if that is intended, set "allowLosingOwnAdmin: true" on it and run "pulumi up" first.',
    );
  }

  /**
   * What is known of an object beside what its list or its own path shows: its sub-resources, and the bytes that it
   * stands for.
   */
  async #readLiveContext(wanted: WriteTarget, found: LiveObject, state?: Properties): Promise<Properties> {
    return {
      ...(await this.#readSubResources(wanted, found.id)),
      ...(await this.#readContents(wanted, found, state)),
    };
  }

  async #readSubResources(wanted: WriteTarget, id: string): Promise<Properties> {
    const { kind, at, values } = wanted;
    const facets: Record<string, unknown> = {};
    for (const field of listManagedFields(kind, values)) {
      if (kind.subResources?.[field])
        facets[field] = await this.live.readSubResource(kind, at, toCanonicalUuid(id), field);
    }
    return facets;
  }

  /**
   * The value of the field that stands for bytes, from the bytes themselves.
   *
   * @param state What the state holds. Left out, nothing is known of what was last written.
   */
  async #readContents(
    { kind, at, values }: WriteTarget,
    found: LiveObject,
    state?: Properties,
  ): Promise<Properties> {
    const { contents } = kind;
    if (!contents || values[contents.field] === undefined) return {};
    if (state && contents.isAsWritten(found, state)) return {};
    const { body } = await this.client.open(contents.path(at, found.id));
    const hash = createHash("sha256");
    for await (const part of body) hash.update(part as Uint8Array);
    return { [contents.field]: contents.value(hash.digest("hex")) };
  }

  /** The same after a write. Where the bytes cannot be read, one that looks as it did before counts as not written. */
  async #readContentsAfter(
    wanted: WriteTarget,
    found: LiveObject,
    before: Properties = {},
  ): Promise<Properties> {
    const { kind, resolved } = wanted;
    const field = kind.contents?.field;
    if (field === undefined || resolved[field] === undefined) return {};
    if (isSame(kind, field, before[field], resolved[field])) return { [field]: resolved[field] };
    const isAsBefore = kind.contents?.isAsWritten(found, before) ?? false;
    return this.#readContents(wanted, found).catch(() => ({
      [field]: (isAsBefore ? before : resolved)[field],
    }));
  }

  /** The same of what the state holds; undefined where the project that it belongs to is gone, and it with that. */
  async #locate(kind: Kind, state: Properties): Promise<WriteTarget | undefined> {
    try {
      return await this.#resolve(kind, state, true);
    } catch (error) {
      if (!(error instanceof NoProjectError)) throw error;
      await this.live.concludeProjectGone(error);
      return undefined;
    }
  }

  /** @param inState Whether the state holds the values. Otherwise they are what is asked for. */
  async #resolve(kind: Kind, values: Properties, inState = false): Promise<WriteTarget> {
    const written = toLocation(kind, values);
    const home = kind.parents.includes("account")
      ? undefined
      : await this.live.workspaces.findHome({ ...written, uuid: values.workspaceUuid, inState });
    const workspace = home?.workspace ?? written.workspace;
    const at: Location = {
      ...written,
      workspace,
      ...(written.project ? { project: await this.live.projectKey(workspace, written.project) } : {}),
      ...(kind.parents.includes("account") ? { account: await this.#findAccount(kind) } : {}),
    };
    if (Object.values(values).includes(keptValue))
      throw new RefusedError(kind, values, "a secret that was not supplied cannot be written.");
    const plain: Record<string, unknown> = { ...values };
    for (const field of userFieldsOf(kind))
      if (field in values) plain[field] = await this.#resolveUsers(at.workspace, values[field]);
    return { kind, at, home, values, resolved: plain };
  }

  async #resolveUsers(workspace: string, value: unknown): Promise<unknown> {
    if (typeof value === "string") return this.live.userUuid(workspace, value);
    if (!Array.isArray(value)) return value;
    const uuids = await Promise.all(value.map((user) => this.live.userUuid(workspace, String(user))));
    return uuids.sort();
  }

  async #findAccount(kind: Kind): Promise<string> {
    const account = await this.live.currentUser();
    if (account) return account;
    throw new UserError(
      `A ${kind.title} belongs to a user, and this credential has none: use a user's API token.`,
    );
  }
}

/** What the state keeps of the workspace's UUID: a repository's own can do without, since its UUID is in the state. */
function readWorkspaceUuid({ at, home }: WriteTarget): string | undefined {
  return at.repository === undefined ? home?.uuid : undefined;
}

/** Whether it is not known if a write took effect. */
function isUnanswered(error: unknown): boolean {
  return error instanceof BitbucketError && error.outcome === "unknown";
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof ValidationError || error instanceof NotFoundError;
}
