/** The declared resources of a shard compared with its refreshed state: the steps of an apply. */
import { type DesiredResource, keyOf, secretFields } from "../desired";
import type { Properties } from "../kinds/kind";
import type { LiveReader } from "../live";
import { secretMark } from "../model/secrets";
import { tokenOf } from "../model/typeToken";
import { hasUnknown, unknownValue } from "../model/unknown";
import { placesOf } from "../plan";
import { type ExplanationOptions, explain } from "../provider/explain";
import { childUrn, stackUrn } from "../pulumi/urn";
import { answersOf } from "./answers";
import type { DeclaredStack } from "./declare";
import type { ScopedProgram } from "./engineScope";
import type { LookFindings } from "./findings";
import type { RefreshedEntry } from "./refresh";
import type { ResolvedResource } from "./resolved";
import { isSettled } from "./settled";
import type { OpenEntry } from "./stateReading";

export class ShardComparison {
  /** Ids of desired resources after the run; unknown for what is created or replaced. */
  readonly #ids = new Map<DesiredResource, string>();

  constructor(
    private readonly shard: ScopedProgram,
    private readonly found: LookFindings,
    private readonly live: LiveReader,
  ) {}

  async compare(
    declared: DeclaredStack,
    refreshed: ReadonlyMap<string, RefreshedEntry>,
    held: readonly OpenEntry[],
    urnOf: (resource: DesiredResource) => string | undefined,
  ): Promise<void> {
    const { desired, renames } = declared;
    const kept = new Set<string>();
    for (const one of desired) {
      const urn = urnOf(one.resource);
      if (urn !== undefined) kept.add(urn);
      const entry = urn === undefined ? undefined : refreshed.get(urn);
      if (renames.former.has(one.resource)) this.found.takesWhole = true;
      await this.#compareOne(one, entry, urn !== undefined && !entry, declared);
    }
    // How much of the state may be gone at once is a share of the whole.
    if (refreshed.size !== held.length) this.found.takesWhole = true;
    for (const [urn, entry] of refreshed) {
      if (kept.has(urn)) continue;
      this.found.going.add(urn);
      this.found.unsettled.add(keyOf(entry));
      const { raw, id } = entry;
      this.found.events.addStep({ urn, type: raw.type, op: "delete", old: { id, inputs: markOld(entry) } });
    }
  }

  async #compareOne(
    one: ResolvedResource,
    entry: RefreshedEntry | undefined,
    wasDeleted: boolean,
    { stack: { workspace }, desired, renames }: DeclaredStack,
  ): Promise<void> {
    const isRenamed = renames.former.has(one.resource);
    const { resource, kind, name, args } = one;
    const answers = answersOf(this.shard.frontEnd);
    const places = placesOf(resource, workspace, (owner) => this.#ids.get(owner) ?? unknownValue);
    const given = { ...places, ...args, ...answers.addProgramInputs(kind, places) };
    const { inputs, issues } = answers.check(kind, entry?.inputs ?? {}, given);
    if (issues.length > 0) {
      const reasons = issues.map(({ path, message }) => `${path.join(".")} ${message}`);
      this.found.leaveToEngine(`${keyOf(one)} is refused: ${reasons.join("; ")}`, true);
    }
    const secrets = answers.secretInputs(kind, { given, inputs }, secretFields(resource.args));
    const type = tokenOf(kind, this.shard.frontEnd);
    const urn = this.#urnOf(resource, type, name);
    this.found.urns.set(resource, urn);
    if (entry && !isRenamed && entry.raw.urn !== urn)
      this.found.leaveToEngine(`${keyOf(one)} continues under another URN`);
    const wanted = { inputs: mark(inputs, secrets) };
    if (!entry) {
      this.found.unsettled.add(keyOf(resource));
      this.found.events.addStep({ urn, type, op: "create", new: wanted, wasDeleted });
      return;
    }
    const old = { id: entry.id, inputs: markOld(entry) };
    const {
      state,
      wanted: meant,
      found: difference,
    } = await answers.compare(kind, entry, inputs, () => this.live);
    if (difference.replaces.length > 0) {
      this.found.leaveToEngine(`${keyOf(one)} is replaced, and so may be what depends on it`);
      this.found.events.addStep({ urn, type, op: "replace", old, new: wanted });
      return;
    }
    if (hasUnknown(inputs)) this.found.leaveToEngine(`where ${keyOf(one)} belongs is not known yet`);
    this.#ids.set(resource, entry.id);
    const { changes, fields } = difference;
    if (changes) await explain(kind, entry.id, state, meant, fields, this.#explanationFor(urn));
    this.found.events.addStep({ urn, type, op: changes ? "update" : "same", old, new: wanted });
    const owners = { urns: this.found.urns, desired };
    if (changes || !isSettled({ one, entry, inputs, secrets, owners }))
      this.found.unsettled.add(keyOf(resource));
  }

  /** With the resource's name, where the front end's provider shows it. */
  #explanationFor(urn: string): ExplanationOptions {
    const isBesideName = this.shard.frontEnd === "native";
    const about = isBesideName ? urn : undefined;
    return { warn: (text) => this.found.events.addMessage("warning", text, about), isBesideName };
  }

  #urnOf({ parent }: DesiredResource, type: string, name: string): string {
    const root = stackUrn(this.shard.stack, this.shard.project);
    return childUrn(root, { type, name, parent: parent && this.found.urns.get(parent) });
  }
}

/** The live inputs, with those marked that are secret in the state. */
function markOld({ inputs, secretInputs }: RefreshedEntry): Properties {
  return mark(inputs, secretInputs);
}

function mark(values: Properties, secrets: ReadonlySet<string>): Properties {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, secrets.has(field) ? secretMark : value]),
  );
}
