/**
 * A preview of one shard without the engine: the state is refreshed, and the YAML compared with it, by what the provider
 * answers to an engine that asks the same. Whatever only the engine can tell is left to it.
 */
import { AuthenticationError, type Client, Slots } from "../bitbucket";
import { type DesiredResource, type DesiredStack, keyOf, type StackLocation, secretFields } from "../desired";
import { variable } from "../environment";
import { messageOf } from "../errors";
import type { Properties } from "../kinds/kind";
import { oncePer } from "../kinds/memo";
import { type EarlierReads, LiveReader, type SharedReads } from "../live";
import { secretMark } from "../model/secrets";
import { toStackName } from "../model/stackName";
import { type FrontEnd, tokenOf } from "../model/typeToken";
import { hasUnknown, unknownValue } from "../model/unknown";
import { withDefaults } from "../model/values";
import { estimateRequests, formatBudgetWarning, placesOf, SuspectedRenameError } from "../plan";
import type { ConfigLookup } from "../provider/configLookup";
import { chosenProvider, frontEndOf } from "../provider/declaredProvider";
import { type ExplanationOptions, explain } from "../provider/explain";
import { Lifecycle } from "../provider/lifecycle";
import { isDestructionRefusal, ProtectedError } from "../provider/limits";
import { toHeldObject } from "../provider/runState";
import { type EventListener, EventLog } from "../pulumi/events";
import type { RunNote } from "../pulumi/notes";
import type { ShardOutcome } from "../pulumi/operate";
import { createHolderLookup } from "../pulumi/otherShards";
import { readStateEntries } from "../pulumi/state";
import { childUrn, stackUrn } from "../pulumi/urn";
import { answersOf, type ProviderAnswers } from "./answers";
import { checkPolicies } from "./checkPolicies";
import { type ProgramContext, refuseApply, wouldStop } from "./context";
import { type DeclaredStack, declareStack } from "./declare";
import { reportExisting } from "./existing";
import type { ProgramRuntime } from "./ownProgram";
import { findPartToApply, type LookedAtPart, type PartToApply, urnsOf } from "./part";
import type { ResolvedResource } from "./resolved";
import { addDependents, addRelatives, findKeysBesideState, type LookScope } from "./scope";
import { isSettled } from "./settled";
import { type OpenEntry, openState } from "./stateReading";

export interface LookOptions extends EventListener {
  /** The names of the Pulumi stack and of its project. */
  readonly stack: string;
  readonly project: string;
  /** The stack with all its shards, and what this one holds. */
  readonly whole: DesiredStack;
  readonly part: DesiredStack;
  readonly place: StackLocation;
  /** Whether the run leaves out the stack's other shards. */
  readonly isOneShard?: boolean | undefined;
  /** The state, as the engine exports it, parsed as JSON. */
  readonly state: unknown;
  readonly isPreview: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** What the engine runs the project's program with. */
  readonly runtime: ProgramRuntime;
  readonly settings: ConfigLookup;
  readonly config: (key: string) => string | undefined;
  /** Only reads. */
  readonly client: Client;
  /** The client, which records what it reads. */
  readonly reads: EarlierReads;
  readonly shared?: SharedReads | undefined;
  /** Limits the look to what the YAML changes. */
  readonly scope?: LookScope | undefined;
}

/** What a look came to. */
export interface LookResult {
  /** The outcome of a preview. Where something is undecided, the engine's may differ. */
  readonly outcome: ShardOutcome;
  /** Why only the engine can tell what would change. */
  readonly undecided: readonly Undecided[];
  /** In lines, what a preview has found at which an apply stops: it does not hide what would change. */
  readonly refusals: readonly string[];
  /** Whether an apply would leave the state as it is. */
  readonly isSettled: boolean;
  /** Why it came to nothing: an apply would stop there as well. */
  readonly failure?: string | undefined;
  /** Whether it came to nothing because an apply would delete what it must not, or too much. */
  readonly isRefusal?: boolean | undefined;
  /** Whether it came to nothing because Bitbucket does not accept the credential. */
  readonly isRejected?: boolean | undefined;
  /** Whether no mandatory policy stops an apply. Without it, there is a failure or something undecided. */
  readonly arePoliciesKept: boolean;
  /** The number of declared resources that were looked at. */
  readonly lookedAt: number;
  /** What was looked at. Undefined: it came to nothing before that was known. */
  readonly part?: LookedAtPart | undefined;
  /** What an apply has to do, after a look at everything. Undefined: only the engine can tell. */
  readonly toApply?: PartToApply | undefined;
}

/** Something that a look cannot tell. */
export interface Undecided {
  /** A line. */
  readonly text: string;
  /** Whether an apply stops at it, whatever the engine finds. */
  readonly stopsApply: boolean;
}

/** A resource of the state after the refresh. */
export interface RefreshedEntry extends OpenEntry {
  /** As in the state. */
  readonly before: OpenEntry;
}

/** Repositories and projects that are read one by one, at least: beyond, their lists take fewer requests. */
const fewRoots = 10;

/** The API's largest page. */
const itemsOfPage = 100;

/**
 * Concurrent reads, at most: the client holds back what is too much for the service. As many as there are while the
 * pages of a long list arrive, in which the first of them may be found last.
 */
const width = 256;

/** Looks at one shard. What fails is left to the engine, which says it in its own way. */
export async function lookAtShard(options: LookOptions): Promise<LookResult> {
  return new ShardLook(options).run();
}

class ShardLook {
  readonly #began = Date.now();
  readonly #events: EventLog;
  readonly #undecided: Undecided[] = [];
  readonly #refusals: string[] = [];
  readonly #notes: RunNote[] = [];
  /** Ids of desired resources after the run; unknown for what is created or replaced. */
  readonly #ids = new Map<DesiredResource, string>();
  readonly #urns = new Map<DesiredResource, string>();
  /** URNs of what would be deleted. */
  readonly #going = new Set<string>();
  readonly #frontEnd: FrontEnd;
  readonly #answers: ProviderAnswers;
  /** The keys of what an apply changes in Bitbucket or in the state. */
  readonly #unsettled = new Set<string>();
  /** Whether an apply is about the whole: what the state calls its resources changes, or who manages them, or some are gone. */
  #takesWhole = false;
  /** What is declared, and looked at. */
  #declared: readonly DesiredResource[] = [];
  #arePoliciesKept = false;
  /** The keys of what is looked at; undefined: all. */
  #scope: ReadonlySet<string> | undefined;
  #live: LiveReader | undefined;
  #entries: { readonly lookedAt: readonly OpenEntry[]; readonly others: readonly OpenEntry[] } | undefined;
  #readsFew: boolean;

  constructor(private readonly options: LookOptions) {
    this.#readsFew = options.scope !== undefined;
    this.#events = new EventLog(options);
    this.#frontEnd = frontEndOf(options.runtime, options.settings);
    this.#answers = answersOf(this.#frontEnd);
  }

  async run(): Promise<LookResult> {
    let failure: string | undefined;
    let isRefusal = false;
    let isRejected = false;
    try {
      await this.#look();
    } catch (error) {
      failure = messageOf(error);
      isRefusal = isDestructionRefusal(error) || error instanceof SuspectedRenameError;
      isRejected = error instanceof AuthenticationError;
      this.#leaveToEngine(failure, true);
    }
    const { stack } = this.options;
    const adopted = new Set(
      this.#notes.flatMap((one) => (one.note === "toBeAdopted" ? [`${one.kind} ${one.name}`] : [])),
    );
    return {
      outcome: {
        stack,
        succeeded: true,
        changes: this.#events.changes.map((change) =>
          change.operation === "create" && adopted.has(`${change.kind} ${change.name}`)
            ? { ...change, operation: "adopt" }
            : change,
        ),
        unchanged: this.#events.unchanged,
        messages: this.#events.messagesOf(undefined),
        live: this.#events.live,
        seconds: (Date.now() - this.#began) / 1000,
      },
      undecided: this.#undecided,
      refusals: this.#refusals,
      isSettled: this.#isKnown && !this.#takesWhole && this.#unsettled.size === 0,
      ...(failure === undefined ? {} : { failure, isRefusal, isRejected }),
      arePoliciesKept: this.#arePoliciesKept,
      lookedAt: this.#declared.length,
      part: this.#part(),
      toApply: this.#partToApply(),
    };
  }

  /** Whether the engine would find the same. */
  get #isKnown(): boolean {
    return this.#undecided.length + this.#refusals.length === 0;
  }

  #leaveToEngine(text: string, stopsApply = false): void {
    this.#undecided.push({ text, stopsApply });
  }

  #part(): LookedAtPart | undefined {
    if (!this.#entries) return undefined;
    const { lookedAt, others } = this.#entries;
    return {
      urns: [...new Set([...urnsOf(lookedAt), ...this.#urns.values()])],
      others: urnsOf(others),
      readsFew: this.#readsFew,
    };
  }

  #partToApply(): PartToApply | undefined {
    if (!this.#entries || this.options.scope || !this.#isKnown || this.#takesWhole) return undefined;
    const held = this.#entries.lookedAt;
    const goes = (entry: OpenEntry) => this.#going.has(entry.raw.urn);
    const dependents = addDependents(this.#unsettled, held, (entry) => !goes(entry));
    const keys = this.#withRelatives(dependents, held);
    return findPartToApply({ keys, held, declared: this.#declared, urns: this.#urns });
  }

  async #look(): Promise<void> {
    const { state, env, whole, part, place, client, reads, shared, scope, stack: stackName } = this.options;
    const { runtime, settings } = this.options;
    // The host passes it on to the compiler, whatever stack the engine runs.
    if (runtime === "yaml" && env.PULUMI_STACK && toStackName(env.PULUMI_STACK) !== toStackName(stackName)) {
      this.#leaveToEngine("PULUMI_STACK names another stack");
      return;
    }
    if (runtime === "nodejs" && !["native", "dynamic"].includes(chosenProvider(settings))) {
      this.#leaveToEngine("the setting provider names none that there is");
      return;
    }
    const open = await openState(state, env, { frontEnd: this.#frontEnd, settings });
    if ("reason" in open) {
      this.#leaveToEngine(open.reason);
      return;
    }
    // An apply of everything writes the new secret. One that is limited does so where it changes something.
    if (open.isRotated && !scope) this.#takesWhole = true;
    const live = new LiveReader(client, {
      missingIsDeleted: variable("BITBUCKET_MISSING_IS_DELETED", env),
      // Of a part, as much may be gone as of a stack that holds nothing else.
      held: async () => (this.#entries?.lookedAt ?? open.entries).map(toHeldObject),
      shared,
      earlier: reads,
      readsFew: () => this.#readsFew,
    });
    live.workspaces.onRename((line) => this.#events.addMessage("info", line));
    this.#live = live;
    const context = this.#contextOf(live);
    const reading = Promise.resolve({ resources: readStateEntries(state) });
    if (scope?.changed) this.#limit(this.#withRelatives(scope.changed, open.entries));
    const declared = await declareStack(whole, part, place, reading, context, this.#scope);
    const byKey = new Map(open.entries.map((entry) => [keyOf(entry), entry.raw.urn]));
    const urnOf = (resource: DesiredResource) =>
      declared.renames.former.get(resource)?.urn ?? byKey.get(keyOf(resource));
    if (scope && !scope.changed) {
      await this.#limitByState(declared, open.entries, live, urnOf);
      const { desired, state: held, removals } = declared;
      const judged = { whole, stack: part, place, desired, state: held, removals };
      await checkPolicies(judged, { ...context, postponesPolicies: false }, this.#scope);
    }
    this.#arePoliciesKept = true;
    if (declared.removals.length > 0) this.#leaveToEngine("the program deletes what is not managed");
    const formerKeys = new Map(
      [...declared.renames.former].map(([resource, { urn }]) => [urn, keyOf(resource)]),
    );
    const isInPart = (entry: OpenEntry) => this.#isLookedAt(formerKeys.get(entry.raw.urn) ?? keyOf(entry));
    const entries = open.entries.filter(isInPart);
    this.#entries = { lookedAt: entries, others: open.entries.filter((entry) => !isInPart(entry)) };
    const lookedAt = { ...declared, desired: declared.desired.filter((one) => this.#isLookedAt(keyOf(one))) };
    this.#declared = lookedAt.desired.map(({ resource }) => resource);
    if (scope) this.#warnOfCosts(entries);
    const refreshed = await this.#refresh(
      entries,
      new Lifecycle(client, live, (line, severity) => this.#events.addMessage(severity ?? "info", line)),
    );
    await this.#compare(lookedAt, refreshed, entries, urnOf);
    await this.#refuseProtected([...refreshed.values()], context);
    if (this.options.isPreview) await reportExisting(lookedAt, context);
  }

  #contextOf(live: LiveReader): ProgramContext {
    const { stack, isPreview, env, settings, config, client, reads, scope } = this.options;
    return {
      stackName: stack,
      isPreview,
      isPartial: scope !== undefined,
      marksAdoptions: true,
      postponesPolicies: scope !== undefined && !scope.changed,
      env,
      settings,
      config,
      client,
      reads,
      live,
      ...(this.options.isOneShard ? { findHolder: createHolderLookup(async () => ({ stack }), env) } : {}),
      log: {
        info: (text, about) => this.#events.addMessage("info", text, about && this.#urns.get(about)),
        warn: (text, about) => this.#events.addMessage("warning", text, about && this.#urns.get(about)),
        refuse: (text) => this.#refusals.push(text),
      },
      note: (note) => this.#notes.push(note),
    };
  }

  /** Limits the look to what the YAML changes against the state. */
  async #limitByState(
    { desired }: DeclaredStack,
    held: readonly OpenEntry[],
    live: LiveReader,
    urnOf: (resource: DesiredResource) => string | undefined,
  ): Promise<void> {
    const { resources, workspace } = this.options.part;
    const entries = new Map(held.map((entry) => [entry.raw.urn, entry]));
    const changed = await findKeysBesideState(desired, entries, urnOf, workspace, live, this.#answers);
    const kept = new Map(resources.map((resource) => [keyOf(resource), urnOf(resource)]));
    const stays = (entry: OpenEntry) => kept.get(keyOf(entry)) === entry.raw.urn;
    this.#limit(this.#withRelatives(addDependents(changed, held, stays), held));
  }

  #withRelatives(keys: ReadonlySet<string>, held: readonly OpenEntry[]): ReadonlySet<string> {
    const relations = held.map(({ kind, name, raw: { urn, parent } }) => ({ kind, name, urn, parent }));
    return addRelatives(keys, this.options.part.resources, relations);
  }

  /** Limits the look to what has these keys. */
  #limit(scope: ReadonlySet<string>): void {
    this.#scope = scope;
    const roots = rootKeysOf(this.options.whole.resources);
    const few = Math.max(fewRoots, roots.size / itemsOfPage);
    this.#readsFew = [...scope].filter((key) => roots.has(key)).length <= few;
  }

  #warnOfCosts(entries: readonly OpenEntry[]): void {
    const costly = formatBudgetWarning(estimateRequests(entries, []), this.options.client.budget);
    if (costly !== undefined) this.#events.addMessage("warning", costly);
  }

  #isLookedAt(key: string): boolean {
    return this.#scope === undefined || this.#scope.has(key);
  }

  /** The resources that are still there. */
  async #refresh(
    entries: readonly OpenEntry[],
    lifecycle: Lifecycle,
  ): Promise<ReadonlyMap<string, RefreshedEntry>> {
    const found = new Map<string, RefreshedEntry>();
    const slots = new Slots(() => width);
    let failed = false;
    const read = async (entry: OpenEntry) => {
      // After a failure, nothing more is asked: the engine has to ask again.
      if (failed) return;
      try {
        const current = await this.#answers.refresh(entry, lifecycle);
        this.options.onRead?.();
        if (current) found.set(entry.raw.urn, { ...entry, ...current, before: entry });
      } catch (error) {
        failed = true;
        throw error;
      }
    };
    await Promise.all(entries.map((entry) => slots.run(() => read(entry))));
    return found;
  }

  async #compare(
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
      if (renames.former.has(one.resource)) this.#takesWhole = true;
      await this.#compareOne(one, entry, declared);
    }
    // How much of the state may be gone at once is a share of the whole.
    if (refreshed.size !== held.length) this.#takesWhole = true;
    for (const [urn, entry] of refreshed) {
      if (kept.has(urn)) continue;
      this.#going.add(urn);
      this.#unsettled.add(keyOf(entry));
      const { raw, id } = entry;
      this.#events.addStep({ urn, type: raw.type, op: "delete", old: { id, inputs: markOld(entry) } });
    }
  }

  /** The engine refuses to delete what the state protects: with `pulumi state protect`, also what YAML does not. */
  async #refuseProtected(entries: readonly RefreshedEntry[], context: ProgramContext): Promise<void> {
    const reasons = entries.flatMap((entry) => {
      const { kind, raw, before } = entry;
      const isOwn = kind.refuseDelete?.(withDefaults(kind, before.outputs)) !== undefined;
      if (!this.#going.has(raw.urn) || !raw.protect || isOwn) return [];
      return `The ${kind.title} ${entry.name} is protected in the state. To delete it, run "pulumi state unprotect '${raw.urn}'".`;
    });
    if (reasons.length === 0) return;
    await refuseApply(context, {
      error: new ProtectedError(reasons),
      preview: new ProtectedError(reasons, wouldStop).message,
    });
  }

  async #compareOne(
    one: ResolvedResource,
    entry: RefreshedEntry | undefined,
    { stack: { workspace }, desired, renames }: DeclaredStack,
  ): Promise<void> {
    const isRenamed = renames.former.has(one.resource);
    const { resource, kind, name, args } = one;
    const answers = this.#answers;
    const places = placesOf(resource, workspace, (owner) => this.#ids.get(owner) ?? unknownValue);
    const given = { ...places, ...args, ...answers.addProgramInputs(kind, places) };
    const { inputs, issues } = answers.check(kind, entry?.inputs ?? {}, given);
    if (issues.length > 0) {
      const reasons = issues.map(({ path, message }) => `${path.join(".")} ${message}`);
      this.#leaveToEngine(`${keyOf(one)} is refused: ${reasons.join("; ")}`, true);
    }
    const secrets = answers.secretInputs(kind, { given, inputs }, secretFields(resource.args));
    const type = tokenOf(kind, this.#frontEnd);
    const urn = this.#urnOf(resource, type, name);
    this.#urns.set(resource, urn);
    if (entry && !isRenamed && entry.raw.urn !== urn)
      this.#leaveToEngine(`${keyOf(one)} continues under another URN`);
    const wanted = { inputs: mark(inputs, secrets) };
    if (!entry) {
      this.#unsettled.add(keyOf(resource));
      this.#events.addStep({ urn, type, op: "create", new: wanted });
      return;
    }
    const old = { id: entry.id, inputs: markOld(entry) };
    const { state, wanted: meant, found } = await answers.compare(kind, entry, inputs, () => this.#reader());
    if (found.replaces.length > 0) {
      this.#leaveToEngine(`${keyOf(one)} is replaced, and so may be what depends on it`);
      this.#events.addStep({ urn, type, op: "replace", old, new: wanted });
      return;
    }
    if (hasUnknown(inputs)) this.#leaveToEngine(`where ${keyOf(one)} belongs is not known yet`);
    this.#ids.set(resource, entry.id);
    const { changes, fields } = found;
    if (changes) await explain(kind, entry.id, state, meant, fields, this.#explaining(urn));
    this.#events.addStep({ urn, type, op: changes ? "update" : "same", old, new: wanted });
    const owners = { urns: this.#urns, desired };
    if (changes || !isSettled({ one, entry, inputs, secrets, owners })) this.#unsettled.add(keyOf(resource));
  }

  /** With the resource's name, where the front end's provider shows it. */
  #explaining(urn: string): ExplanationOptions {
    const isBesideName = this.#frontEnd === "native";
    const about = isBesideName ? urn : undefined;
    return { warn: (text) => this.#events.addMessage("warning", text, about), isBesideName };
  }

  #reader(): LiveReader {
    if (!this.#live) throw new Error("Nothing was read yet.");
    return this.#live;
  }

  #urnOf({ parent }: DesiredResource, type: string, name: string): string {
    const root = stackUrn(this.options.stack, this.options.project);
    return childUrn(root, { type, name, parent: parent && this.#urns.get(parent) });
  }
}

/** The keys of repositories, projects, and of what belongs to the workspace itself. Each shard of a run asks. */
const rootKeysOf = oncePer(
  (resources: readonly DesiredResource[]): ReadonlySet<string> =>
    new Set(resources.filter(({ parent }) => !parent).map((root) => keyOf(root))),
);

/** The live inputs, with those marked that are secret in the state. */
function markOld({ inputs, secretInputs }: RefreshedEntry): Properties {
  return mark(inputs, secretInputs);
}

function mark(values: Properties, secrets: ReadonlySet<string>): Properties {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, secrets.has(field) ? secretMark : value]),
  );
}
