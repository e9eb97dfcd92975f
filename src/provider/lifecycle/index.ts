/**
 * The one driver for every kind: create, read, update and delete, from the requests that a kind declares.
 *
 * A create whose answer was lost, or that an earlier run made before it died, is recognised by its natural key and
 * adopted when it is as declared. What exists and differs is an error, unless `adopt` is set for it or for the run.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, NotFoundError, ValidationError } from "../../bitbucket";
import { withoutDeletionConsent } from "../../kinds/deletion";
import {
  fieldsMarked,
  identityOf,
  isRepositoryOrProject,
  type Kind,
  type LiveObject,
  type Properties,
  secretFieldsOf,
} from "../../kinds/kind";
import { toCanonicalUuid } from "../../kinds/uuid";
import type { HeldObject, LiveReader } from "../../live";
import { formatAdoption } from "../../model/adoption";
import { describeResource } from "../../model/describe";
import { compareExisting, isAdoptable, isAdoptionAllowed } from "../../model/existing";
import { locationFields, toLocation } from "../../model/location";
import { keepMemoryOnRefresh } from "../../model/notApplied";
import { outputsBeside, pickManaged, toInputs, toOutputs, withDefaults } from "../../model/values";
import { noteForRun } from "../../pulumi/notes";
import { describeHeldElsewhere, type HolderLookup } from "../../pulumi/otherShards";
import type { ClaimObject, Claims } from "../claims";
import { AlreadyExistsError, GoneError, RefusedError } from "../errors";
import { matchStateSpelling } from "../spelling";
import { Completion } from "./completion";
import { ContextReader } from "./contextReader";
import { EmptyingDeletion } from "./emptyingDeletion";
import { refuseLosingOwnAdmin } from "./ownAdmin";
import type { CurrentState, ExistingObject, LiveResult, WriteResult } from "./results";
import { readWorkspaceUuid, TargetResolver, type WriteTarget } from "./target";
import { createAttempts, isUnanswered, Writer } from "./writer";

export type { CurrentState, ExistingObject, LiveResult, WriteResult } from "./results";

export interface LifecycleOptions {
  /** Shows a line to the user. */
  readonly log?: ((line: string, severity?: "warning") => unknown) | undefined;
  readonly delay?: ((milliseconds: number) => Promise<unknown>) | undefined;
  /** Whether everything that exists may be adopted, as if `adopt` were set for it. */
  readonly adoptAll?: boolean | undefined;
  /** Tells the resources of one run apart by natural key. */
  readonly claims?: Claims | undefined;
  /** Finds the shard whose state holds an object that exists. */
  readonly findHolder?: HolderLookup | undefined;
}

export class Lifecycle {
  readonly #log: NonNullable<LifecycleOptions["log"]>;
  readonly #adoptAll: boolean;
  readonly #targets: TargetResolver;
  readonly #context: ContextReader;
  readonly #writer: Writer;
  readonly #completion: Completion;
  readonly #emptying: EmptyingDeletion;

  constructor(
    client: Client,
    private readonly live: LiveReader,
    private readonly options: LifecycleOptions = {},
  ) {
    const { log = () => {}, delay = sleep, adoptAll = false } = options;
    this.#log = log;
    this.#adoptAll = adoptAll;
    this.#targets = new TargetResolver(live);
    this.#context = new ContextReader(client, live);
    this.#writer = new Writer(client, live, this.#context, delay);
    this.#completion = new Completion(client, live, this.#context, this.#writer, log, delay);
    this.#emptying = new EmptyingDeletion(client, delay);
  }

  /** The object as it is, or undefined when it is gone. One that was recreated with the same key counts as it. */
  async read(kind: Kind, id: string, kept: Properties): Promise<CurrentState | undefined> {
    const state = withDefaults(kind, kept);
    const one: HeldObject = { kind, id, values: state, name: describeResource(kind, state) };
    const wanted = await this.#targets.locate(kind, state);
    if (!wanted) {
      await this.live.absences.record(one, true);
      return undefined;
    }
    let found = await this.live.read(kind, wanted.at, id, wanted.resolved);
    const recreated = !found;
    // Its id stays as the state has it, whatever the case of a UUID in it.
    if (found) found = { ...found, id };
    found ??= await this.live.find(kind, wanted.at, wanted.resolved);
    if (!found) await this.live.refuseOtherWorkspace(wanted.at);
    const listed = found ? undefined : this.live.findLoneListing(kind, wanted.at, id, wanted.resolved);
    await this.live.absences.record(one, !found, listed);
    if (!found) return undefined;
    const { home, resolved } = wanted;
    const facets = await this.#context.read(wanted, found, state);
    const before = recreated && kind.refuseDelete ? withoutDeletionConsent(state) : state;
    if (before !== state) this.#log(formatRecreation(one.name, id, found.id), "warning");
    const now = home ? { ...before, workspace: home.workspace } : before;
    const seen = { subResources: facets, recreated, resolved, workspaceUuid: readWorkspaceUuid(wanted) };
    const shown = toOutputs(kind, now, found, seen);
    const outputs = { ...shown, ...(recreated ? {} : keepMemoryOnRefresh(kept, shown)) };
    const live = { ...found.args, ...facets };
    return { id: found.id, outputs, inputs: toInputs(kind, outputs), live, recreated };
  }

  /**
   * Makes the requests that `read` makes for an object that is there, and keeps the answers for it.
   *
   * @param outputs Those in the state.
   * @param inputs Those in the state: their fields are the managed ones.
   */
  async readAhead(kind: Kind, id: string, outputs: Properties, inputs: Properties): Promise<void> {
    const wanted = await this.#targets.resolve(kind, withDefaults(kind, outputs), true);
    await this.live.readAhead(kind, wanted.at, id, wanted.resolved);
    await this.#context.readSubResources({ ...wanted, values: inputs }, id);
  }

  /** The object with the natural key of these inputs, and whether a create would adopt it. Nothing is written. */
  async findExisting(kind: Kind, inputs: Properties): Promise<ExistingObject | undefined> {
    const wanted = await this.#targets.resolve(kind, inputs);
    const found = await this.live.find(kind, wanted.at, wanted.resolved);
    if (!found) return undefined;
    const facets = await this.#context.read(wanted, found);
    const difference = compareExisting(kind, wanted.at, wanted.resolved, found, facets);
    return {
      found,
      subResources: facets,
      resolved: wanted.resolved,
      differences: difference.differing,
      fixed: difference.fixed,
      adoptable: isAdoptable(kind, inputs, difference, this.#adoptAll),
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
    const wanted = await this.#targets.resolve(kind, { ...(isNamed ? { [key]: id } : {}), ...values });
    const { at, home, resolved } = wanted;
    const isUnderItsKey = isRepositoryOrProject(kind);
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
      ...(await this.#context.readPermitted(wanted, found.id)),
      ...found.outputs,
    };
    return {
      id: found.id,
      outputs: Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined)),
    };
  }

  /** The inputs, with what is only written in another way than in the state as it is there. */
  matchStateSpelling(kind: Kind, state: Properties, inputs: Properties): Promise<Properties> {
    return matchStateSpelling(kind, state, inputs, () => this.live);
  }

  async create(kind: Kind, inputs: Properties): Promise<LiveResult> {
    const wanted = await this.#targets.resolve(kind, inputs);
    const write = (claim: ClaimObject) => this.#create(wanted, claim);
    const { claims } = this.options;
    return claims ? claims.create(kind, wanted.at, wanted.resolved, write) : write(() => {});
  }

  async #create(wanted: WriteTarget, claim: ClaimObject): Promise<LiveResult> {
    const { kind } = wanted;
    const look = kind.lookBeforeCreate && !this.live.isNew(wanted.at);
    const existing = look ? await this.live.findFresh(kind, wanted.at, wanted.resolved) : undefined;
    const made = existing ? { existing } : await this.#writer.create(wanted);
    if ("existing" in made) {
      claim(made.existing.id);
      return this.#adopt(wanted, made.existing);
    }
    this.live.recordCreation(kind, wanted.at, made.found.id);
    return this.#completion.finish(wanted, made.found, undefined);
  }

  async update(kind: Kind, id: string, kept: Properties, inputs: Properties): Promise<LiveResult> {
    const state = withDefaults(kind, kept);
    // Throws where another workspace is asked for.
    await this.matchStateSpelling(kind, state, inputs);
    const wanted = await this.#targets.resolve(kind, inputs);
    const before = await this.#targets.resolve(kind, state, true);
    const refusal = kind.refuseUpdate?.(state, inputs);
    if (refusal) throw new RefusedError(kind, inputs, `${refusal.path.join(".")} ${refusal.message}`);
    await refuseLosingOwnAdmin(this.live, before, wanted);
    const known = toCanonicalUuid(id);
    this.options.claims?.recordUpdate(kind, wanted.at, before.resolved, wanted.resolved, id);
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
    const before = await this.#targets.locate(kind, state);
    if (!before) return;
    if (this.options.claims?.isCreated(kind, before.at, id)) {
      // Of a resource that moved to another provider, Pulumi deletes the old one after it created the new one.
      this.#log(`${describeResource(kind, state)}: not deleted, because another resource manages it now`);
      return;
    }
    await refuseLosingOwnAdmin(this.live, before, undefined);
    const known = toCanonicalUuid(id);
    this.options.claims?.recordDeletion(kind, before.at, before.resolved, id);
    const request = kind.delete(before.at, known, before.resolved);
    if (!request) return;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#emptying.send(before, known, request);
        return;
      } catch (error) {
        // Gone already is what was wanted; some services answer that with a 400. But it has to be gone.
        const refused = error instanceof NotFoundError || error instanceof ValidationError;
        const lost = isUnanswered(error) && request.method === "POST";
        if (!refused && !lost) throw error;
        if (!(await this.live.readFresh(kind, before.at, known, before.resolved)))
          return await this.live.refuseOtherWorkspace(before.at);
        if (!lost || attempt >= createAttempts) throw error;
      } finally {
        this.live.recordWrite(kind, before.at, before.resolved, known);
      }
    }
  }

  async #adopt(wanted: WriteTarget, existing: LiveObject): Promise<LiveResult> {
    const { kind, values, resolved } = wanted;
    const holder = await this.options.findHolder?.(kind, existing);
    if (holder !== undefined) {
      const held = describeHeldElsewhere(holder);
      throw new RefusedError(kind, values, `exists, and ${held}. Nothing was changed.`);
    }
    const facets = await this.#context.read(wanted, existing);
    const difference = compareExisting(kind, wanted.at, resolved, existing, facets);
    const { differing, fixed } = difference;
    if (!isAdoptable(kind, values, difference, this.#adoptAll))
      throw new AlreadyExistsError(kind, values, existing.id, differing, fixed);
    this.#log(formatAdoption(kind, values, isAdoptionAllowed(values, this.#adoptAll), differing));
    noteForRun({ note: "adopted", kind: kind.name, id: existing.id, at: { ...toLocation(kind, values) } });
    const state = { ...existing.outputs, ...existing.args, ...facets };
    const hidden = [...fieldsMarked(kind, "writeOnly"), ...secretFieldsOf(kind, resolved)].some(
      (field) => resolved[field] !== undefined,
    );
    // Values that the API does not show may differ, so they are written even if nothing seems to differ.
    return differing.length > 0 || hidden
      ? this.#put(wanted, existing.id, state)
      : this.#completion.finish(wanted, existing, state);
  }

  async #put(wanted: WriteTarget, id: string, state: Properties): Promise<LiveResult> {
    const { kind, at, resolved } = wanted;
    const request = kind.update?.(at, id, resolved as never, state);
    const unchanged = { id, args: pickManaged(kind, resolved), outputs: outputsBeside(kind, state) };
    try {
      const found = request ? await this.#writer.change(wanted, id, request, state) : unchanged;
      return await this.#completion.finish(wanted, found, state);
    } catch (error) {
      if (error instanceof NotFoundError) throw new GoneError(kind, state);
      throw error;
    }
  }
}

function formatRecreation(name: string, former: string, now: string): string {
  return (
    `${name}: it was deleted in Bitbucket and created again: ${now} in place of ${former}. An apply manages the new one. ` +
    'If it is not meant to be managed, remove it from the declarations, and run "npx bitbucket-as-code forget".'
  );
}
