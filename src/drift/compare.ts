/**
 * Compares desired state (YAML), last applied state (Pulumi's state) and live state (the API) without running
 * the engine. Writes nothing.
 */
import { type Client, Slots } from "../bitbucket";
import { type DesiredResource, type DesiredStack, keyOf, type SecretContext } from "../desired";
import type { LiveReader } from "../live";
import {
  applyRenames,
  createLiveLookup,
  findRenames,
  planChanges,
  renameHints,
  type StateEntry,
} from "../plan";
import { checkWorkspace } from "../plan/workspace";
import { addRelatives, type LookScope } from "../preview";
import { findUnmanaged, type UnmanagedObject } from "../unmanaged";
import { type DesiredValues, resolveDesired } from "./desired";
import { type ComparedResource, FindingBuilder, placeOf } from "./findingBuilder";
import { fingerprintOf, type ObservedObject } from "./fingerprint";
import { countsOf, type DriftReport, modelVersion } from "./model";
import { type Observation, Observer } from "./observe";
import { sortFindings } from "./order";
import { Places } from "./places";
import { judgePolicies } from "./policies";
import { createSelector, type Filter, findMisses } from "./select";
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
  const selected = createSelector(filter);
  await checkWorkspace(desired, options.state, reader);
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
  const places = new Places(state);
  const all = subjectsOf(desired.resources, state).map((subject) => {
    const { project, repositories: named } = placeOf(places, subject);
    return { subject, belonging: { kind: subject.kind.name, project, repositories: named } };
  });
  const misses = findMisses(
    filter,
    all.map(({ belonging }) => belonging),
  );
  const subjects = all
    .filter(
      ({ belonging, subject }) => selected(belonging) && (scope === undefined || scope.has(keyOf(subject))),
    )
    .map(({ subject }) => subject);
  reader.absences.setHeld(
    state.map(({ kind, name, id, outputs }) => ({
      kind,
      id,
      name: `${kind.title} ${name}`,
      values: outputs,
    })),
  );
  const observer = new Observer(client, reader);
  const seen = new Map<string, Observation>();
  options.listener?.expect?.(subjects.length);
  const slots = new Slots(() => width);
  await Promise.all(
    subjects.map(({ key, entry }) =>
      slots.run(async () => {
        if (entry) seen.set(key, await observer.observe(entry));
        options.listener?.done?.();
      }),
    ),
  );
  places.observations = seen;
  const judge = new FindingBuilder({ desired, state, places, observations: seen });
  for (const subject of subjects)
    judge.add({ ...subject, desired: subject.resource && wanted.get(subject.resource) });
  const touched = new Set(judge.findings.map(({ kind, name }) => `${kind} ${name}`));
  const { repositories, projects, kinds } = filter;
  const inside = createSelector({ repositories, projects });
  const discovery = await findUnmanaged({
    stack: options.whole ?? desired,
    inside: desired.resources.filter((resource) => {
      if (scope) return options.looksInside === true && !resource.parent && scope.has(keyOf(resource));
      const { project, repositories: named } = places.ofDesired(resource);
      return !resource.parent && inside({ kind: resource.kind.name, project, repositories: named });
    }),
    readsFew: options.looksInside,
    // A part of the stack cannot tell what is unmanaged in the whole.
    ofWorkspace:
      !scope &&
      !repositories &&
      !projects &&
      desired.resources.length === (options.whole ?? desired).resources.length,
    args: (resource) => wanted.get(resource)?.args,
    state,
    defaultPolicy: options.unmanaged ? "report" : "ignore",
    reader,
  });
  const ofKind = createSelector({ kinds });
  const strangers = unmanagedFindings(discovery, desired.workspace).filter(({ kind }) =>
    ofKind({ kind, repositories: [] }),
  );
  const findings = sortFindings([...judge.findings, ...strangers]);
  const observed = judge.observed;
  const policies = await judgePolicies(options, wanted, state, scope);
  const asked = {
    ...(repositories ? { repositories: [...repositories] } : {}),
    ...(projects ? { projects: [...projects] } : {}),
    ...(kinds ? { kinds: [...kinds] } : {}),
  };
  return {
    observed,
    unmanaged: discovery.objects,
    report: {
      version: modelVersion,
      stack: options.stack,
      workspace: desired.workspace,
      shards: [...(options.shards ?? [options.stack])],
      ...(Object.keys(asked).length > 0 ? { filter: asked } : {}),
      at: new Date(began).toISOString(),
      seconds: Math.round(now() - began) / 1000,
      requests: client.budget.requests - before,
      compared: subjects.length,
      ...(scope ? { notLookedAt: all.length - subjects.length } : {}),
      unchanged: subjects.length - touched.size,
      complete: !judge.hasUnread && !findings.some((finding) => finding.case === "unreadable"),
      fingerprint: fingerprintOf(observed),
      counts: countsOf(findings),
      findings,
      undetectable: judge.undetectable,
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

/** The desired resources, followed by those that only the state has. */
function subjectsOf(resources: readonly DesiredResource[], state: readonly StateEntry[]): ComparedResource[] {
  const held = new Map<string, StateEntry>();
  for (const resource of state) if (!resource.pendingDelete) held.set(keyOf(resource), resource);
  const subjects = resources.map((resource): ComparedResource => {
    const key = keyOf(resource);
    return { key, kind: resource.kind, name: resource.name, resource, entry: held.get(key) };
  });
  const known = new Set(subjects.map(({ key }) => key));
  const left = [
    ...[...held.values()].filter((resource) => !known.has(keyOf(resource))),
    ...state.filter(({ pendingDelete }) => pendingDelete),
  ];
  return [
    ...subjects,
    ...left.map((resource) => ({
      key: resource.pendingDelete ? `${keyOf(resource)} (replaced)` : keyOf(resource),
      kind: resource.kind,
      name: resource.name,
      entry: resource,
    })),
  ];
}
