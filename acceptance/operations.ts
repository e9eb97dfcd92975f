/** The operations on a live object of each kind, through the real client and the provider's lifecycle. */
import { isDeepStrictEqual } from "node:util";
import { kinds } from "../src/kinds";
import { fieldMeta, type Kind, type Location, type ParentName, type Properties } from "../src/kinds/kind";
import { LiveReader } from "../src/live";
import { check } from "../src/model/check";
import { diff } from "../src/model/diff";
import { toLocation } from "../src/model/location";
import { withDefaults } from "../src/model/values";
import { type CurrentState, Lifecycle, type WriteResult } from "../src/provider/lifecycle";
import type { Exchange } from "./observe";
import { type CaseOutcome, Mismatch, outcomeOf } from "./outcome";
import { type Scratch, settlingWaits } from "./scratch";
import { type CaseValues, valuesOf } from "./values";

export interface AcceptanceCase {
  readonly kind: Kind;
  readonly parent: ParentName;
}

export interface OperationOutcome extends CaseOutcome {
  readonly kind: string;
  readonly parent: string;
  /** `create`, `read`, `no change`, `change <field>`, `drift`, `vanished`, `import` or `delete`. */
  readonly operation: string;
}

/** Every kind below every possible parent. */
export const cases: readonly AcceptanceCase[] = kinds.flatMap((kind) =>
  kind.parents.map((parent) => ({ kind, parent })),
);

/** Kinds that switch off features others need: they get a repository of their own. */
const alone = new Set(["PipelinesConfig", "BranchingModel"]);

export interface Watch {
  /** Responses of 400 and above, the latest last. */
  readonly refusals: readonly Exchange[];
  readonly say: (line: string) => void;
}

/** Runs one case. The live object is deleted at the end, if possible. */
export async function runCase(
  scratch: Scratch,
  { kind, parent }: AcceptanceCase,
  watch: Watch,
): Promise<OperationOutcome[]> {
  const outcomes: OperationOutcome[] = [];
  const note = (operation: string, outcome: CaseOutcome) =>
    outcomes.push({ kind: kind.name, parent, operation, ...outcome });
  if (parent === "account" && scratch.people.self === undefined) {
    note("create", { verdict: "not-allowed", differences: ["the credential belongs to no user"] });
    return outcomes;
  }
  let place: Properties = {};
  const prepared = await outcomeOf(
    async () => {
      place =
        parent === "repository" && alone.has(kind.name)
          ? await scratch.repository({ pipelines: true })
          : await scratch.place(parent);
      return [];
    },
    watch.refusals,
    watch.say,
  );
  if (prepared.verdict !== "passed") {
    note("create", prepared);
    return outcomes;
  }
  const values = valuesOf(kind, parent, place, scratch, {
    names: scratch.names,
    people: scratch.people,
    project: scratch.projectKey,
    otherProject: scratch.otherProjectKey,
  });
  if ("reason" in values) {
    note("create", { verdict: "not-possible", differences: [values.reason] });
    return outcomes;
  }
  const carryOut = async (live: CreatedObject, operations: Operations) => {
    for (const [operation, work] of operations) {
      const outcome = await outcomeOf(
        async () => {
          await work();
          return live.hadToWait() ? [settled] : [];
        },
        watch.refusals,
        watch.say,
      );
      note(operation, outcome);
      if (!live.created) return;
    }
  };
  const live = new CreatedObject(scratch, kind, place, values);
  await carryOut(live, live.operations());
  if (values.further === undefined) return outcomes;
  const other = new CreatedObject(scratch, kind, place, { ...values, ...values.further });
  await carryOut(other, other.furtherOperations(values.further.name));
  return outcomes;
}

/** Names with their operations. */
type Operations = readonly (readonly [string, () => Promise<void>])[];

/** Recorded if a read did not immediately show the written value. */
const settled = "seen after a wait only";

/** One live object from its creation to its deletion. */
class CreatedObject {
  created: WriteResult | undefined;
  /** The result of the read after the creation, which saves the next operation a request. */
  #afterCreation: CurrentState | undefined;
  readonly #base: Properties;
  #inputs: Properties;
  #waited = false;

  constructor(
    private readonly scratch: Scratch,
    private readonly kind: Kind,
    place: Properties,
    private readonly values: CaseValues,
  ) {
    this.#base = this.#checked({ ...place, ...values.args });
    this.#inputs = this.#base;
  }

  /** In the order of execution. */
  operations(): Operations {
    const drift = this.#driftField();
    return [
      ["create", () => this.#create()],
      ["read", () => this.#read()],
      ["no change", () => this.#noChange()],
      ...(drift === undefined ? [] : [["drift", () => this.#drift(drift)] as const]),
      ...this.#changes(),
      ["import", () => this.#import()],
      ...(this.kind.alwaysExists ? [] : [["vanished", () => this.#vanished()] as const]),
      ["delete", () => this.#delete()],
    ];
  }

  /** Creates it, changes the fields that the first one does not have, and deletes it. */
  furtherOperations(name: string): Operations {
    return [
      [`create ${name}`, () => this.#create()],
      ...this.#changes(),
      [`delete ${name}`, () => this.#delete()],
    ];
  }

  /** One for each field that the service stores. */
  #changes(): Operations {
    return Object.keys(this.values.changes)
      .filter((field) => !fieldMeta(this.kind, field).toolOption)
      .map((field) => [`change ${field}`, () => this.#change(field)] as const);
  }

  /** A new run without any cached reads, like a run of the engine. */
  #run(): { lifecycle: Lifecycle; live: LiveReader } {
    const live = new LiveReader(this.scratch.client);
    return { live, lifecycle: new Lifecycle(this.scratch.client, live) };
  }

  async #create(): Promise<void> {
    this.created = await this.#run().lifecycle.create(this.kind, this.#inputs);
  }

  #read(): Promise<void> {
    return this.#eventually(async () => {
      const { id, outputs } = this.#existing();
      const current = await this.#run().lifecycle.read(this.kind, id, outputs);
      if (!current) throw new Mismatch(["it is not found after its creation"]);
      this.#afterCreation = current;
      const names = new Set([...Object.keys(outputs), ...Object.keys(current.outputs)]);
      const otherwise = [...names].filter((name) => !isDeepStrictEqual(outputs[name], current.outputs[name]));
      if (current.id !== id) throw new Mismatch(["its id is another one than the create's answer says"]);
      if (otherwise.length > 0)
        throw new Mismatch([`read otherwise than the create's answer says: ${otherwise.join(", ")}`]);
    });
  }

  async #noChange(): Promise<void> {
    await this.#expectNoChange("after its creation", this.#afterCreation);
  }

  /** Changes a field from outside, by a separate request. */
  async #drift(field: string): Promise<void> {
    const { id, outputs } = this.#existing();
    const at = this.#at();
    const theirs = this.#with(field);
    const state = withDefaults(this.kind, outputs);
    const request = this.kind.update?.(at, id, theirs as never, state);
    const further = this.kind.afterWrite?.(at, id, theirs as never, state) ?? [];
    for (const write of [...(request ? [request] : []), ...further]) await this.scratch.client.send(write);
    let drifted: CurrentState | undefined;
    await this.#eventually(async () => {
      drifted = await this.#run().lifecycle.read(this.kind, id, outputs);
      if (!drifted) throw new Mismatch(["it is not found after a change by hand"]);
      const { fields } = diff(this.kind, drifted.outputs, this.#inputs);
      if (!fields.includes(field)) throw new Mismatch([`a change of ${field} by hand is not seen`]);
    });
    const current = drifted ?? this.#existing();
    this.created = await this.#run().lifecycle.update(this.kind, current.id, current.outputs, this.#inputs);
    await this.#expectNoChange("after drift was repaired");
  }

  async #change(field: string): Promise<void> {
    const { id, outputs } = this.#existing();
    const next = this.#with(field);
    const step = diff(this.kind, outputs, next);
    if (step.replaces.length > 0) throw new Mismatch([`a change of ${field} would replace it`]);
    if (step.fields.length > 0)
      this.created = await this.#run().lifecycle.update(this.kind, id, outputs, next);
    this.#inputs = next;
    try {
      await this.#expectNoChange(`after a change of ${field}`);
    } catch (error) {
      if (error instanceof Mismatch) await this.#backToFirst();
      throw error;
    }
  }

  /** A difference must not show up in every following operation. */
  async #backToFirst(): Promise<void> {
    const { id, outputs } = this.#existing();
    this.#inputs = this.#base;
    this.created = await this.#run().lifecycle.update(this.kind, id, outputs, this.#base);
  }

  async #import(): Promise<void> {
    const { id } = this.#existing();
    const found = await this.#run().live.find(this.kind, this.#at(), this.#inputs);
    if (!found) throw new Mismatch(["it is not found by its natural key"]);
    if (found.id !== id) throw new Mismatch(["another live object has its natural key"]);
  }

  /** Deletes it from outside, by a separate request, and creates it again. */
  async #vanished(): Promise<void> {
    const { id, outputs } = this.#existing();
    const request = this.kind.delete(this.#at(), id, this.#deletable());
    if (request) await this.scratch.client.send(request);
    await this.#eventually(async () => {
      if (await this.#run().lifecycle.read(this.kind, id, outputs))
        throw new Mismatch(["it is still found after it was deleted by hand"]);
    });
    this.#inputs = this.#checked({ ...this.#inputs, ...this.values.again });
    await this.#create();
    await this.#expectNoChange("after it was created again");
  }

  async #delete(): Promise<void> {
    const { id, outputs } = this.#existing();
    const state = this.#deletable();
    await this.#run().lifecycle.delete(this.kind, id, state);
    if (this.kind.alwaysExists) return;
    await this.#eventually(async () => {
      if (await this.#run().lifecycle.read(this.kind, id, outputs))
        throw new Mismatch(["it is still found after its deletion"]);
    });
    await this.#run().lifecycle.delete(this.kind, id, state);
  }

  async #expectNoChange(when: string, known?: CurrentState): Promise<void> {
    let read = known;
    await this.#eventually(async () => {
      const { id, outputs } = this.#existing();
      const current = read ?? (await this.#run().lifecycle.read(this.kind, id, outputs));
      read = undefined;
      if (!current) throw new Mismatch([`it is not found ${when}`]);
      const { fields } = diff(this.kind, current.outputs, this.#inputs);
      if (fields.length > 0) throw new Mismatch([`differs ${when}: ${fields.join(", ")}`]);
      if (current.id !== id) throw new Mismatch([`its id is another one ${when}`]);
    });
  }

  /** A recent write may not be visible immediately: that is recorded, and not a difference. */
  async #eventually(look: () => Promise<void>): Promise<void> {
    for (const wait of settlingWaits) {
      try {
        return await look();
      } catch (error) {
        if (!(error instanceof Mismatch)) throw error;
        await this.scratch.pause(wait);
        this.#waited = true;
      }
    }
    await look();
  }

  /** Whether the last operation had to wait. */
  hadToWait(): boolean {
    const waited = this.#waited;
    this.#waited = false;
    return waited;
  }

  /** A field in which a manual change is visible. */
  #driftField(): string | undefined {
    if (!this.kind.update) return undefined;
    return Object.keys(this.values.changes).find((field) => {
      const { writeOnly, secret, toolOption } = fieldMeta(this.kind, field);
      const named = this.kind.naturalKey.includes(field) || field === "name" || field === "key";
      return !writeOnly && !secret && !toolOption && !named && !this.kind.subResources?.[field];
    });
  }

  /** The first values with another one for this field. */
  #with(field: string): Properties {
    const fields = this.values.together.includes(field) ? this.values.together : [field];
    return this.#checked({
      ...this.#base,
      ...Object.fromEntries(fields.map((name) => [name, this.values.changes[name]])),
    });
  }

  #checked(values: Properties): Properties {
    const { inputs, issues } = check(this.kind, {}, values);
    if (issues.length > 0)
      throw new Error(
        `The values for a ${this.kind.title} are not valid: ${issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ")}`,
      );
    return inputs;
  }

  #existing(): WriteResult {
    if (!this.created) throw new Error("nothing was created");
    return this.created;
  }

  #deletable(): Properties {
    const { outputs } = this.#existing();
    return { ...outputs, ...("deletion" in this.kind.args.shape ? { deletion: "allow" } : {}) };
  }

  #at(): Location {
    const at = toLocation(this.kind, this.#inputs);
    return this.kind.parents.includes("account") ? { ...at, account: this.scratch.people.self } : at;
  }
}
