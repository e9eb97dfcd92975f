/**
 * A preview of one shard without the engine: the state is refreshed, and the YAML compared with it, by what the provider
 * answers to an engine that asks the same. Whatever only the engine can tell is left to it.
 */
import { AuthenticationError } from "../bitbucket";
import { type DesiredResource, keyOf } from "../desired";
import { variable } from "../environment";
import { isBug, messageOf } from "../errors";
import { oncePer } from "../kinds/memo";
import { LiveReader } from "../live";
import { toStackName } from "../model/stackName";
import type { FrontEnd } from "../model/typeToken";
import { estimateRequests, formatBudgetWarning, SuspectedRenameError } from "../plan";
import { chosenProvider, frontEndOf } from "../provider/declaredProvider";
import { Lifecycle } from "../provider/lifecycle";
import { isDestructionRefusal } from "../provider/limits";
import { toHeldObject } from "../provider/runState";
import type { RunNote } from "../pulumi/notes";
import { otherShardsOf } from "../pulumi/otherShards";
import { readStateEntries } from "../pulumi/state";
import { answersOf, type ProviderAnswers } from "./answers";
import { checkPolicies } from "./checkPolicies";
import { ShardComparison } from "./compareShard";
import type { ProgramContext } from "./context";
import { type DeclaredStack, declareStack } from "./declare";
import { reportExisting } from "./existing";
import { LookFindings } from "./findings";
import type { LookOptions, LookResult } from "./lookResult";
import { findPartToApply, type LookedAtPart, type PartToApply, urnsOf } from "./part";
import { describeReadScopes } from "./readScopes";
import { type RefreshedEntry, refreshEntries } from "./refresh";
import { refuseProtected } from "./refuseProtected";
import { addDependents, addRelatives, findKeysBesideState } from "./scope";
import { type OpenEntry, openState } from "./stateReading";

/** Repositories and projects that are read one by one, at least: beyond, their lists take fewer requests. */
const fewRoots = 10;

/** The API's largest page. */
const itemsOfPage = 100;

/** Looks at one shard. What fails is left to the engine, which says it in its own way. */
export async function lookAtShard(options: LookOptions): Promise<LookResult> {
  return new ShardLook(options).run();
}

class ShardLook {
  readonly #began = Date.now();
  readonly #found: LookFindings;
  readonly #notes: RunNote[] = [];
  readonly #frontEnd: FrontEnd;
  readonly #answers: ProviderAnswers;
  /** What is declared, and looked at. */
  #declared: readonly DesiredResource[] = [];
  #arePoliciesKept = false;
  /** The keys of what is looked at; undefined: all. */
  #scope: ReadonlySet<string> | undefined;
  #entries: { readonly lookedAt: readonly OpenEntry[]; readonly others: readonly OpenEntry[] } | undefined;
  #readsFew: boolean;

  constructor(private readonly options: LookOptions) {
    this.#readsFew = options.scope !== undefined;
    this.#found = new LookFindings(options);
    this.#frontEnd = frontEndOf(options.runtime, options.settings);
    this.#answers = answersOf(this.#frontEnd);
  }

  async run(): Promise<LookResult> {
    let failure: string | undefined;
    let isRefusal = false;
    let isUserError = false;
    let isRejected = false;
    try {
      await this.#look();
    } catch (error) {
      const { whole, client } = this.options;
      failure = messageOf(error) + describeReadScopes(error, whole, client.credentials.type);
      isRefusal = isDestructionRefusal(error) || error instanceof SuspectedRenameError;
      isUserError = !isBug(error);
      isRejected = error instanceof AuthenticationError;
      this.#found.leaveToEngine(failure, true);
    }
    const { stack } = this.options;
    const adopted = new Set(
      this.#notes.flatMap((one) => (one.note === "toBeAdopted" ? [`${one.kind} ${one.name}`] : [])),
    );
    return {
      outcome: {
        stack,
        succeeded: true,
        changes: this.#found.events.changes.map((change) =>
          change.operation === "create" && adopted.has(`${change.kind} ${change.name}`)
            ? { ...change, operation: "adopt" }
            : change,
        ),
        unchanged: this.#found.events.unchanged,
        messages: this.#found.events.messagesOf(undefined),
        live: this.#found.events.live,
        seconds: (Date.now() - this.#began) / 1000,
      },
      undecided: this.#found.undecided,
      refusals: this.#found.refusals,
      isSettled: this.#found.isKnown && !this.#found.takesWhole && this.#found.unsettled.size === 0,
      ...(failure === undefined ? {} : { failure, isRefusal, isUserError, isRejected }),
      arePoliciesKept: this.#arePoliciesKept,
      lookedAt: this.#declared.length,
      part: this.#part(),
      toApply: this.#partToApply(),
    };
  }

  #part(): LookedAtPart | undefined {
    if (!this.#entries) return undefined;
    const { lookedAt, others } = this.#entries;
    return {
      urns: [...new Set([...urnsOf(lookedAt), ...this.#found.urns.values()])],
      others: urnsOf(others),
      readsFew: this.#readsFew,
    };
  }

  #partToApply(): PartToApply | undefined {
    if (!this.#entries || this.options.scope || !this.#found.isKnown || this.#found.takesWhole)
      return undefined;
    const held = this.#entries.lookedAt;
    const goes = (entry: OpenEntry) => this.#found.going.has(entry.raw.urn);
    const dependents = addDependents(this.#found.unsettled, held, (entry) => !goes(entry));
    const keys = this.#withRelatives(dependents, held);
    return findPartToApply({ keys, held, declared: this.#declared, urns: this.#found.urns });
  }

  async #look(): Promise<void> {
    const { state, env, whole, part, place, client, reads, shared, scope } = this.options;
    const open = await this.#open();
    if ("reason" in open) {
      this.#found.leaveToEngine(open.reason);
      return;
    }
    // An apply of everything writes the new secret. One that is limited does so where it changes something.
    if (open.isRotated && !scope) this.#found.takesWhole = true;
    const live = new LiveReader(client, {
      missingIsDeleted: variable("BITBUCKET_MISSING_IS_DELETED", env),
      // Of a part, as much may be gone as of a stack that holds nothing else.
      held: async () => (this.#entries?.lookedAt ?? open.entries).map(toHeldObject),
      shared,
      earlier: reads,
      readsFew: () => this.#readsFew,
    });
    live.workspaces.onRename((line) => this.#found.events.addMessage("info", line));
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
    if (declared.removals.length > 0) this.#found.leaveToEngine("the program deletes what is not managed");
    const formerKeys = new Map(
      [...declared.renames.former].map(([resource, { urn }]) => [urn, keyOf(resource)]),
    );
    const isInPart = (entry: OpenEntry) => this.#isLookedAt(formerKeys.get(entry.raw.urn) ?? keyOf(entry));
    const entries = open.entries.filter(isInPart);
    this.#entries = { lookedAt: entries, others: open.entries.filter((entry) => !isInPart(entry)) };
    const lookedAt = { ...declared, desired: declared.desired.filter((one) => this.#isLookedAt(keyOf(one))) };
    this.#declared = lookedAt.desired.map(({ resource }) => resource);
    if (scope) this.#warnOfCosts(entries);
    const refreshed = await this.#refresh(entries, live);
    const { stack, project } = this.options;
    const comparison = new ShardComparison({ stack, project, frontEnd: this.#frontEnd }, this.#found, live);
    await comparison.compare(lookedAt, refreshed, entries, urnOf);
    await refuseProtected([...refreshed.values()], this.#found.going, context);
    if (this.options.isPreview) await reportExisting(lookedAt, context);
  }

  /** The state, or why only the engine can tell what becomes of it. */
  async #open(): ReturnType<typeof openState> {
    const { state, env, runtime, settings, stack } = this.options;
    // The host passes it on to the compiler, whatever stack the engine runs.
    if (runtime === "yaml" && env.PULUMI_STACK && toStackName(env.PULUMI_STACK) !== toStackName(stack))
      return { reason: "PULUMI_STACK names another stack" };
    if (runtime === "nodejs" && !["native", "dynamic"].includes(chosenProvider(settings)))
      return { reason: "the setting provider names none that there is" };
    return openState(state, env, { frontEnd: this.#frontEnd, settings });
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
      ...(this.options.isOneShard ? { others: otherShardsOf(stack, env) } : {}),
      log: {
        info: (text, about) =>
          this.#found.events.addMessage("info", text, about && this.#found.urns.get(about)),
        warn: (text, about) =>
          this.#found.events.addMessage("warning", text, about && this.#found.urns.get(about)),
        refuse: (text) => this.#found.refusals.push(text),
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
    if (costly !== undefined) this.#found.events.addMessage("warning", costly);
  }

  #isLookedAt(key: string): boolean {
    return this.#scope === undefined || this.#scope.has(key);
  }

  #refresh(entries: readonly OpenEntry[], live: LiveReader): Promise<ReadonlyMap<string, RefreshedEntry>> {
    const { client, onRead } = this.options;
    const log = (line: string, severity?: "warning") =>
      this.#found.events.addMessage(severity ?? "info", line);
    const lifecycle = new Lifecycle(client, live, { log });
    return refreshEntries(entries, async (entry) => {
      const current = await this.#answers.refresh(entry, lifecycle);
      onRead?.();
      return current;
    });
  }
}

/** The keys of repositories, projects, and of what belongs to the workspace itself. Each shard of a run asks. */
const rootKeysOf = oncePer(
  (resources: readonly DesiredResource[]): ReadonlySet<string> =>
    new Set(resources.filter(({ parent }) => !parent).map((root) => keyOf(root))),
);
