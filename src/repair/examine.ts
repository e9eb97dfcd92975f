import {
  type DesiredResource,
  type DesiredStack,
  groupByShard,
  keyOf,
  type SecretContext,
  secretFields,
} from "../desired";
import { type DesiredValues, resolveDesired } from "../drift/desired";
import { fieldMeta, type Properties } from "../kinds/kind";
import type { LiveReader } from "../live";
import { check } from "../model/check";
import { placesOf } from "../plan";
import { checkWorkspace } from "../plan/workspace";
import type { Lifecycle } from "../provider/lifecycle";
import { type Deployment, type ManagedEntry, type RawStateEntry, recordObject } from "../pulumi/state";
import { keyInUrn } from "../pulumi/urn";
import { heldObject, isLocal, objectKey, ownValues } from "./heldObject";

/** The finding for one resource. */
export interface RepairFinding {
  /**
   * `pending`: an operation whose outcome the engine does not know, which it drops.
   * `added`: the object exists as declared and was missing from the state.
   * `gone`: the object certainly does not exist any more and is removed from the state.
   * `differs`: the object exists, differs from its declaration and may belong to somebody else: left
   * unchanged.
   * `unreadable`: nothing is known of it: left unchanged.
   */
  readonly case: "pending" | "added" | "gone" | "differs" | "unreadable";
  /** `Webhook api:ci`. */
  readonly resource: string;
  /** For a pending operation its type, for one that differs the fields, for an unreadable one the reason. */
  readonly detail?: string | undefined;
  /** For one that differs the fields that cannot be changed in place, if any. */
  readonly fixed?: readonly string[];
}

interface ExamineOptions {
  readonly desired: DesiredStack;
  /** The states of the shards that have a Pulumi stack. They are modified. */
  readonly states: ReadonlyMap<string, Deployment>;
  /** Creates the state of a shard that is declared and has no Pulumi stack yet. */
  readonly newState: (shard: string) => Deployment;
  /** The only shard to examine. */
  readonly one?: string | undefined;
  readonly lifecycle: Lifecycle;
  readonly reader: LiveReader;
  readonly secrets: SecretContext;
  readonly listener?: { expect?(resources: number): void; done?(): void } | undefined;
}

interface ExaminedStates {
  readonly findings: ReadonlyMap<string, readonly RepairFinding[]>;
  /** The states to write: those that have changed. */
  readonly changed: ReadonlyMap<string, Deployment>;
}

/** A resource of a state and the current location of its object. */
interface ExaminedObject {
  readonly urn: string;
  /** The id of the existing object. */
  readonly id: string;
}

export async function examineStates(options: ExamineOptions): Promise<ExaminedStates> {
  return new Examination(options).run();
}

class Examination {
  readonly #findings = new Map<string, RepairFinding[]>();
  readonly #changed = new Map<string, Deployment>();
  /** The resources of all states by key, with the shard. */
  readonly #held = new Map<string, ExaminedObject>();
  /** Objects that a state holds under any name. */
  readonly #objects = new Set<string>();

  #wanted: ReadonlyMap<DesiredResource, DesiredValues> = new Map();
  readonly #makers: ReadonlyMap<string, DesiredResource>;

  constructor(private readonly options: ExamineOptions) {
    this.#makers = new Map(
      options.desired.resources.flatMap((one) =>
        one.kind.parentRole
          ? [[`${one.kind.parentRole} ${one.args[one.kind.naturalKey[0] ?? ""]}`, one]]
          : [],
      ),
    );
  }

  async run(): Promise<ExaminedStates> {
    const { states, one, listener, desired, reader } = this.options;
    const held = [...states.values()].flatMap((state) => state.resources.map(({ entry }) => entry));
    await checkWorkspace(
      desired,
      held.map(({ outputs = {}, delete: pendingDelete }) => ({ outputs, pendingDelete })),
      reader,
    );
    const looked = [...states].filter(([shard]) => one === undefined || shard === one);
    for (const [shard, state] of looked) this.#clearPending(shard, state);
    const parts = groupByShard(desired);
    const wanted = [...parts].filter(([shard]) => one === undefined || shard === one);
    listener?.expect?.(
      [...states.values()].reduce((sum, state) => sum + state.resources.length, 0) +
        wanted.reduce((sum, [, resources]) => sum + resources.length, 0),
    );
    reader.absences.setHeld([...states.values()].flatMap((state) => state.resources.map(heldObject)));
    await Promise.all([...states].map(([shard, state]) => this.#lookForGone(shard, state)));
    const absent = wanted.flatMap(([, resources]) => resources.filter((one) => !this.#held.has(keyOf(one))));
    const { secrets } = this.options;
    this.#wanted = await resolveDesired(absent, secrets, reader, desired.workspace);
    // A repository's members come after it: their location depends on it.
    for (const [shard, resources] of wanted) await this.#lookForAbsent(shard, resources);
    return { findings: this.#sortFindings(), changed: this.#changed };
  }

  #clearPending(shard: string, state: Deployment): void {
    for (const { type, resource } of state.pending) {
      const key = keyInUrn(resource.urn) ?? resource.urn;
      this.#note(shard, { case: "pending", resource: key, detail: type });
    }
    if (state.pending.length === 0) return;
    state.clearPending();
    this.#changed.set(shard, state);
  }

  /** Finds the current location of a state's objects and removes those that are gone. */
  async #lookForGone(shard: string, state: Deployment): Promise<void> {
    const mayChange = this.options.one === undefined || this.options.one === shard;
    const gone: RawStateEntry[] = [];
    await Promise.all(
      state.resources.map(async (resource) => {
        const key = keyOf(resource);
        const { entry } = resource;
        try {
          const id = await this.#idOf(resource);
          if (id === undefined) gone.push(entry);
          else this.#hold(resource, id);
        } catch (error) {
          if (!isLocal(error)) throw error;
          this.#hold(resource, entry.id ?? "");
          this.#note(shard, { case: "unreadable", resource: key, detail: error.message });
        }
        this.options.listener?.done?.();
      }),
    );
    if (gone.length === 0 || !mayChange) return;
    for (const entry of state.remove(gone)) {
      const key = keyInUrn(entry.urn) ?? entry.urn;
      if (!entry.delete) this.#held.delete(key);
      this.#note(shard, { case: "gone", resource: key });
    }
    this.#changed.set(shard, state);
  }

  /** The current id of an object; undefined if it certainly does not exist. */
  async #idOf({ kind, entry }: ManagedEntry): Promise<string | undefined> {
    const { id = "", outputs = {} } = entry;
    const current = await this.options.lifecycle.read(kind, id, ownValues(outputs));
    // A replacement may have the same natural key: only the id counts then.
    return entry.delete && current?.recreated ? undefined : current?.id;
  }

  async #lookForAbsent(shard: string, resources: readonly DesiredResource[]): Promise<void> {
    const done = new Map<DesiredResource, Promise<void>>();
    for (const resource of resources) {
      const needed = [resource.parent, ...this.#findReferences(resource)];
      const before = needed.map((other) => other && done.get(other));
      done.set(
        resource,
        Promise.all(before).then(async () => {
          await this.#lookFor(shard, resource);
          this.options.listener?.done?.();
        }),
      );
    }
    await Promise.all(done.values());
  }

  async #lookFor(shard: string, resource: DesiredResource): Promise<void> {
    const key = keyOf(resource);
    if (this.#held.has(key)) return;
    const parent = resource.parent && this.#held.get(keyOf(resource.parent));
    // A missing parent has no members.
    if (resource.parent && !parent) return;
    try {
      const finding = await this.#recognise(shard, resource, parent);
      if (finding) this.#note(shard, { ...finding, resource: key });
    } catch (error) {
      if (!isLocal(error)) throw error;
      this.#note(shard, { case: "unreadable", resource: key, detail: error.message });
    }
  }

  async #recognise(
    shard: string,
    resource: DesiredResource,
    parent: ExaminedObject | undefined,
  ): Promise<Omit<RepairFinding, "resource"> | undefined> {
    const { kind, name } = resource;
    const wanted = this.#wanted.get(resource);
    const [unknown] = wanted?.unknown ?? [];
    if (unknown) return { case: "unreadable", detail: `${unknown[0]} cannot be known: ${unknown[1]}` };
    const { inputs } = check(kind, {}, { ...this.#places(resource), ...wanted?.args });
    const recognised = await this.options.lifecycle.findExisting(kind, inputs);
    if (!recognised) return undefined;
    const { found, differences, fixed, adoptable } = recognised;
    const object = objectKey(kind, found.id, inputs);
    // Held under another name: renamed in YAML, which the next apply handles.
    if (this.#objects.has(object)) return undefined;
    // A setting that always exists is set by the next apply, whoever changed it.
    if (kind.alwaysExists && differences.length > 0) return undefined;
    if (!adoptable)
      return { case: "differs", detail: differences.join(", "), ...(fixed.length > 0 ? { fixed } : {}) };
    let state = this.options.states.get(shard) ?? this.#changed.get(shard);
    state ??= this.options.newState(shard);
    const dependencies = this.#findReferences(resource).flatMap(
      (one) => this.#held.get(keyOf(one))?.urn ?? [],
    );
    const urn = state.add(
      {
        kind,
        name,
        parent: parent?.urn,
        dependencies: dependencies.filter((one) => state.has(one)),
        secretFields: secretFields(resource.args),
      },
      recordObject(kind, inputs, found, recognised),
    );
    this.#changed.set(shard, state);
    this.#held.set(keyOf(resource), { urn, id: found.id });
    this.#objects.add(object);
    return { case: "added", ...(differences.length > 0 ? { detail: differences.join(", ") } : {}) };
  }

  #places(resource: DesiredResource): Properties {
    return placesOf(resource, this.options.desired.workspace, (owner) => this.#held.get(keyOf(owner))?.id);
  }

  /** The resources that it refers to and that must exist first: a repository's project. */
  #findReferences({ kind, args }: DesiredResource): readonly DesiredResource[] {
    return Object.entries(args).flatMap(([field, value]) => {
      const { reference } = fieldMeta(kind, field);
      return (reference && this.#makers.get(`${reference} ${value}`)) || [];
    });
  }

  #hold(resource: ManagedEntry, id: string): void {
    const { kind, entry } = resource;
    this.#objects.add(objectKey(kind, id, entry.outputs ?? {}));
    if (!entry.delete) this.#held.set(keyOf(resource), { urn: entry.urn, id });
  }

  /** In the order of the YAML and the states, not in that of the responses. */
  #sortFindings(): ReadonlyMap<string, readonly RepairFinding[]> {
    const order = new Map(this.options.desired.resources.map((one, index) => [keyOf(one), index]));
    const place = ({ resource }: RepairFinding) => order.get(resource) ?? Number.POSITIVE_INFINITY;
    return new Map(
      [...this.#findings].map(([shard, findings]) => [
        shard,
        findings.sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0)),
      ]),
    );
  }

  #note(shard: string, finding: RepairFinding): void {
    const findings = this.#findings.get(shard) ?? [];
    findings.push(finding);
    this.#findings.set(shard, findings);
  }
}
