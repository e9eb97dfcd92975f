/**
 * Compares desired state (YAML), last applied state (Pulumi's state) and live state (the API) without running
 * the engine. Writes nothing.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Client, Slots } from "../bitbucket";
import { describeAccount } from "../credentials";
import { type DesiredResource, type DesiredStack, keyOf, type SecretContext } from "../desired";
import type { LiveReader } from "../live";
import {
  applyRenames,
  createLiveLookup,
  findRenames,
  planChanges,
  type Renames,
  renameHints,
  type StateEntry,
} from "../plan";
import { checkWorkspace } from "../plan/workspace";
import { addRelatives, type LookScope } from "../preview";
import { findUnmanaged, type UnmanagedObject } from "../unmanaged";
import { type DesiredValues, resolveDesired } from "./desired";
import { FindingBuilder } from "./findingBuilder";
import type { ComparedResource } from "./findingList";
import { fingerprintOf, type ObservedObject } from "./fingerprint";
import { workInOrder } from "./inOrder";
import { countsOf, type DriftFinding, type DriftReport, modelVersion } from "./model";
import { type Observation, Observer } from "./observe";
import { sortFindings } from "./order";
import { Places } from "./places";
import { judgePolicies } from "./policies";
import { createSelector, type Filter } from "./select";
import { selectSubjects, subjectsOf } from "./subjects";
import { unmanagedFindings } from "./unmanaged";

/**
 * Resources that are observed at once, at most: the first requests leave before the last ones are begun. As many as there
 * are while the pages of a long list arrive, in which the first of them may be found last.
 */
const width = 1024;

export interface CompareOptions {
  readonly stack: string;
  readonly desired: DesiredStack;
  /** The state of all shards. */
  readonly state: readonly StateEntry[];
  /** The Pulumi stacks that the state comes from. */
  readonly shards?: readonly string[] | undefined;
  /** Only reads. */
  readonly client: Client;
  readonly reader: LiveReader;
  readonly secrets: SecretContext;
  readonly filter?: Filter | undefined;
  /** Limits the comparison to what the YAML changes, and what belongs to that. */
  readonly scope?: LookScope | undefined;
  /** Whether to look for what is unmanaged in the part as well, where the YAML asks for it. */
  readonly looksInside?: boolean | undefined;
  /** All shards, if `desired` is one of them. */
  readonly whole?: DesiredStack | undefined;
  /** Whether to look for unmanaged resources as well. */
  readonly unmanaged?: boolean | undefined;
  readonly listener?: { expect?(resources: number): void; done?(): void } | undefined;
  readonly now?: (() => number) | undefined;
  /** When the run began, if reading the state came before this call. */
  readonly began?: number | undefined;
  /** The client's requests before the run, likewise. */
  readonly requestsBefore?: number | undefined;
}

export interface Comparison {
  readonly report: DriftReport;
  /** The live state of the managed resources, for fingerprints of parts of it. */
  readonly observed: readonly ObservedObject[];
  /** What the findings about unmanaged resources are about. */
  readonly unmanaged: readonly UnmanagedObject[];
}

/**
 * @throws {DesiredStateError} if YAML names a user who cannot be found.
 * @throws {FilterError} if the filter matches nothing.
 * @throws {AuthenticationError} if the credential is rejected, and the connection error if Bitbucket is
 * unreachable.
 */
export async function compareStack(options: CompareOptions): Promise<Comparison> {
  const now = options.now ?? Date.now;
  const began = options.began ?? now();
  const { client, reader, desired, filter = {} } = options;
  const before = options.requestsBefore ?? client.budget.requests;
  await checkWorkspace(desired, options.state, reader);
  const declared = await resolveDeclared(options);
  const { wanted, renames, state, scope } = declared;
  const places = new Places(state);
  const { all, subjects, misses } = selectSubjects(
    subjectsOf(desired.resources, state),
    places,
    filter,
    scope,
  );
  const observations = new Map<string, Observation>();
  places.observations = observations;
  const built = new FindingBuilder({ desired, state, places, observations });
  // While the answers of others arrive. What is known of its owners matters, which are before it.
  const setReady = workInOrder(subjects, (subject) =>
    built.add({ ...subject, desired: subject.resource && wanted.get(subject.resource) }),
  );
  await observe(subjects, state, options, (index, key, observation) => {
    if (observation) observations.set(key, observation);
    setReady(index);
  });
  const { list } = built;
  const touched = new Set(list.findings.map(({ kind, name }) => `${kind} ${name}`));
  const unmanaged = await compareUnmanaged(options, declared, places);
  const findings = sortFindings([...list.findings, ...unmanaged.findings]);
  const policies = await judgePolicies(options, wanted, state, scope);
  return {
    observed: built.observed,
    unmanaged: unmanaged.objects,
    report: {
      version: modelVersion,
      stack: options.stack,
      workspace: desired.workspace,
      credential: describeAccount(client),
      shards: [...(options.shards ?? [options.stack])],
      ...describeFilter(filter),
      at: new Date(began).toISOString(),
      seconds: Math.round(now() - began) / 1000,
      requests: client.budget.requests - before,
      compared: subjects.length,
      ...(scope ? { notLookedAt: all.length - subjects.length } : {}),
      unchanged: subjects.length - touched.size,
      complete: !built.hasUnread && !findings.some((finding) => finding.case === "unreadable"),
      fingerprint: fingerprintOf(built.observed),
      counts: countsOf(findings),
      findings,
      undetectable: list.undetectable,
      ...(policies ? { policies: policies.results } : {}),
      warnings: [
        ...(policies?.warnings ?? []),
        ...desired.warnings.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`),
        ...renameHints(renames),
        ...misses,
      ],
    },
  };
}

/** What is declared, beside the state under the names that it continues with. */
interface DeclaredState {
  readonly wanted: ReadonlyMap<DesiredResource, DesiredValues>;
  readonly renames: Renames;
  readonly state: readonly StateEntry[];
  /** The keys of what is compared. Undefined: everything is. */
  readonly scope: ReadonlySet<string> | undefined;
}

async function resolveDeclared(options: CompareOptions): Promise<DeclaredState> {
  const { reader, desired } = options;
  const since =
    options.scope?.changed && addRelatives(options.scope.changed, desired.resources, options.state);
  const declared = new Set(desired.resources.map(keyOf));
  const isLeftOut = (key: string) => since !== undefined && declared.has(key) && !since.has(key);
  const wanted = await resolveDesired(
    desired.resources.filter((resource) => !isLeftOut(keyOf(resource))),
    options.secrets,
    reader,
    desired.workspace,
  );
  const renames = await findRenames(
    [...wanted].map(([resource, { args }]) => ({ resource, args })),
    options.state.filter((entry) => !isLeftOut(keyOf(entry))),
    createLiveLookup(reader),
  );
  const state = applyRenames(options.state, renames.former);
  const scope = since ?? (options.scope && findScope(desired, wanted, state));
  return { wanted, renames, state, scope };
}

/** Reads the live objects of the subjects that are in the state. */
async function observe(
  subjects: readonly ComparedResource[],
  state: readonly StateEntry[],
  { client, reader, listener }: CompareOptions,
  onObserved: (index: number, key: string, observation: Observation | undefined) => void,
): Promise<void> {
  reader.absences.setHeld(
    state.map(({ kind, name, id, outputs }) => ({
      kind,
      id,
      name: `${kind.title} ${name}`,
      values: outputs,
    })),
  );
  const observer = new Observer(client, reader);
  listener?.expect?.(subjects.length);
  const slots = new Slots(() => width);
  await Promise.all(
    subjects.map(({ key, entry }, index) =>
      slots.run(async () => {
        const observation = entry && (await observer.observe(entry));
        // After the requests that wait for this one's place are sent: the work is done while their answers are awaited.
        await nextTurn();
        onObserved(index, key, observation);
        listener?.done?.();
      }),
    ),
  );
}

async function compareUnmanaged(
  { desired, whole = desired, filter = {}, reader, ...options }: CompareOptions,
  { wanted, state, scope }: DeclaredState,
  places: Places,
): Promise<{ readonly findings: readonly DriftFinding[]; readonly objects: readonly UnmanagedObject[] }> {
  const { repositories, projects, kinds } = filter;
  const isInside = createSelector({ repositories, projects });
  const isOfKind = createSelector({ kinds });
  const discovery = await findUnmanaged({
    stack: whole,
    inside: desired.resources.filter((resource) => {
      if (resource.parent) return false;
      if (scope) return options.looksInside === true && scope.has(keyOf(resource));
      const { project, repositories: named } = places.ofDesired(resource);
      return isInside({ kind: resource.kind.name, project, repositories: named });
    }),
    readsFew: options.looksInside,
    // A part of the stack cannot tell what is unmanaged in the whole.
    ofWorkspace: !scope && !repositories && !projects && desired.resources.length === whole.resources.length,
    args: (resource) => wanted.get(resource)?.args,
    state,
    defaultPolicy: options.unmanaged ? "report" : "ignore",
    reader,
  });
  const findings = unmanagedFindings(discovery, desired.workspace);
  return {
    findings: findings.filter(({ kind }) => isOfKind({ kind, repositories: [] })),
    objects: discovery.objects,
  };
}

function describeFilter({ repositories, projects, kinds }: Filter): Pick<DriftReport, "filter"> {
  const asked = {
    ...(repositories ? { repositories: [...repositories] } : {}),
    ...(projects ? { projects: [...projects] } : {}),
    ...(kinds ? { kinds: [...kinds] } : {}),
  };
  return Object.keys(asked).length > 0 ? { filter: asked } : {};
}

/** The keys of what the YAML changes against the last applied state, as far as that tells without a look. */
function findScope(
  { resources, workspace }: DesiredStack,
  wanted: ReadonlyMap<DesiredResource, DesiredValues>,
  state: readonly StateEntry[],
): ReadonlySet<string> {
  const desired = [...wanted].map(([resource, { args }]) => ({
    resource,
    kind: resource.kind,
    name: resource.name,
    args,
  }));
  return addRelatives(new Set(planChanges(desired, state, workspace).changes.map(keyOf)), resources, state);
}
