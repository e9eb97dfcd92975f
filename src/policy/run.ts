/** Holds a stack against its policies, in each of the runs that do so. */
import type { AuditParts } from "../audit/checks/shared/read";
import type { ReadClient } from "../bitbucket";
import { type DesiredResource, type DesiredStack, keyOf, type StackPolicies } from "../desired";
import { formatCount } from "../errors/count";
import { repository } from "../kinds";
import { isRepositoryOrProject, type Kind, type Location, type Properties } from "../kinds/kind";
import { slugOf } from "../kinds/slug";
import { toCanonicalUuid } from "../kinds/uuid";
import type { LiveReader, SurveyedObject, SurveyRoot } from "../live";
import type { StateEntry } from "../plan";
import { matchObjects } from "../plan/match";
import type { UnmanagedObject } from "../unmanaged/model";
import { decide, type PolicyDecision, type PolicyRun } from "./enforce";
import { type JudgedState, judge } from "./judge";
import { toAppliedObjects, toLiveObjects } from "./objects";
import { desiredState, readLive, userLookup } from "./states";

const nothing: PolicyDecision = { expired: [], refusals: [], warnings: [], pending: [], findings: [] };

/** Holds what YAML declares against the policies, without any request. */
export async function judgeDeclared(stack: DesiredStack, now = new Date()): Promise<PolicyDecision> {
  const { policies } = stack;
  if (!policies) return nothing;
  const state = desiredState(stack.workspace, stack.resources, ({ args }) => args, now);
  return decide(await judge(policies.rules, state), policies, "validate", now, true);
}

/** What a preview, an apply or drift knows. */
interface KnownStack {
  readonly run: PolicyRun;
  /** The stack with all of its shards, and this shard. */
  readonly whole: DesiredStack;
  readonly stack: DesiredStack;
  /** The values of the resources of this shard, with secrets and users looked up. */
  readonly desired: readonly { readonly resource: DesiredResource; readonly args: Properties }[];
  readonly state: readonly StateEntry[];
  /** Unmanaged objects that the run deletes. */
  readonly removals: readonly UnmanagedObject[];
  /** Whether the objects of the workspace itself belong to this shard. */
  readonly ofWorkspace: boolean;
  readonly client: ReadClient;
  readonly live: LiveReader;
  /** The keys of what is looked at, with what it belongs to. Undefined: everything. */
  readonly scope?: ReadonlySet<string> | undefined;
  readonly now?: Date | undefined;
}

/** Holds the desired state and the live one against the policies. */
export async function judgeStack(knowing: KnownStack): Promise<PolicyDecision> {
  const { whole, stack, desired, run, client, live, scope, now = new Date() } = knowing;
  const { policies } = whole;
  if (!policies) return nothing;
  const { workspace } = stack;
  const isLookedAt = (resource: DesiredResource) => scope === undefined || scope.has(keyOf(resource));
  const args = new Map(
    desired.flatMap((one) => (isLookedAt(one.resource) ? [[one.resource, one.args] as const] : [])),
  );
  const userUuid = userLookup(live, workspace);
  const own = desiredState(
    workspace,
    stack.resources,
    (resource) => args.get(resource) ?? resource.args,
    now,
    userUuid,
  );
  const mine = new Set(stack.resources);
  const others = desiredState(
    workspace,
    whole.resources.filter((resource) => !mine.has(resource)),
    (resource) => resource.args,
    now,
    userUuid,
  );
  const findings = [
    ...(await judge(policies.rules, own)).filter(
      ({ reason, object }) => reason !== "lookup" || !object?.resource || isLookedAt(object.resource),
    ),
    // Their own shards look up what is not looked up here.
    ...(await judge(policies.rules, others)).filter(({ reason }) => reason !== "lookup"),
  ];
  const parts = await readParts(policies, knowing, client, live);
  if (parts)
    findings.push(...(await judge(policies.rules, toJudgedState(parts, knowing, args, now, userUuid))));
  const isWhole = stack.resources.length === whole.resources.length && scope === undefined;
  return { ...decide(findings, policies, run, now, isWhole), leftOut: describeLeftOut(knowing) };
}

/** The projects and repositories that a run looks at. Undefined: all. */
function rootsIn({ stack, state, scope }: KnownStack): readonly SurveyRoot[] | undefined {
  if (!scope) return undefined;
  const entries = new Map(state.map((entry) => [keyOf(entry), entry]));
  return stack.resources.filter(isRoot).flatMap((resource) => {
    const { kind, name, args } = resource;
    if (!scope.has(keyOf(resource))) return [];
    const entry = entries.get(keyOf(resource));
    if (entry) return [{ kind, id: entry.id, args: entry.outputs }];
    return [
      {
        kind,
        args: kind === repository ? { ...args, slug: args.slug ?? slugOf(String(args.name ?? name)) } : args,
      },
    ];
  });
}

function isRoot({ kind, parent }: DesiredResource): boolean {
  return !parent && isRepositoryOrProject(kind);
}

function describeLeftOut({ whole, stack, scope }: KnownStack): string | undefined {
  if (!scope || !whole.policies?.rules.some(({ states }) => states.has("live"))) return undefined;
  const roots = stack.resources.filter(isRoot);
  const left = roots.filter((resource) => !scope.has(keyOf(resource))).length;
  if (left === 0) return undefined;
  return (
    `Policies: the live state of ${formatCount(roots.length - left, "project or repository", "projects and repositories")} was held to them. ` +
    `${formatCount(left, "was", "were")} not looked at.`
  );
}

function readParts(
  { rules }: StackPolicies,
  knowing: KnownStack,
  client: ReadClient,
  live: LiveReader,
): Promise<AuditParts | undefined> {
  const { stack, state, scope } = knowing;
  const roots = rootsIn(knowing);
  const isInScope = (resource: DesiredResource) =>
    !scope || (!resource.parent && !isRoot(resource) && scope.has(keyOf(resource)));
  const ofWorkspace = knowing.ofWorkspace && (!scope || stack.resources.some(isInScope));
  if (roots?.length === 0 && !ofWorkspace) return Promise.resolve(undefined);
  const ids = new Set(state.flatMap(({ kind, id }) => (kind.parentRole ? [toCanonicalUuid(id)] : [])));
  return readLive(
    rules,
    stack.workspace,
    { resources: stack.resources, ids, ofWorkspace, roots },
    client,
    live,
  );
}

function toJudgedState(
  parts: AuditParts,
  { desired, state, removals, run, stack }: KnownStack,
  args: ReadonlyMap<DesiredResource, Properties>,
  now: Date,
  userUuid: JudgedState["userUuid"],
): JudgedState {
  const entries = new Map(state.map((entry) => [keyOf(entry), entry]));
  const idOf = (resource: DesiredResource) => entries.get(keyOf(resource))?.id;
  const matches = matchObjects(stack.resources, parts.objects, args, idOf);
  const byLive = new Map([...matches].map(([resource, object]) => [object, resource]));
  if (run === "drift")
    return {
      ...parts,
      state: "live",
      objects: toLiveObjects(parts.objects, (object) => byLive.get(object)),
      now,
      userUuid,
    };
  const kept = new Set(stack.resources.map((resource) => keyOf(resource)));
  const going = new Goings([
    ...state
      .filter((entry) => !kept.has(keyOf(entry)) && !entry.kind.alwaysExists)
      .map(({ kind, id, outputs }) => ({ kind, id, owner: ownerIdOf(outputs) })),
    ...removals.map(({ kind, found: { id }, at }) => ({ kind, id, owner: ownerIdOf(at) })),
  ]);
  const objects = toAppliedObjects(
    parts.objects,
    {
      desired: desired.filter(({ resource }) => args.has(resource)),
      findLive: (resource) => matches.get(resource),
      resourceOf: (object) => byLive.get(object),
      isDeleted: (object) => !byLive.has(object) && going.has(object),
    },
    stack.workspace,
  );
  const created = objects.filter(
    ({ kind, resource }) => kind === repository && resource && !matches.has(resource),
  );
  return {
    ...parts,
    state: "live",
    objects,
    // What is created has no deploy key and no commit.
    deployKeys: new Map([
      ...parts.deployKeys,
      ...objects.flatMap(({ found, kind, resource }) =>
        kind.parentRole && resource && !matches.has(resource) ? [[found.id, []] as const] : [],
      ),
    ]),
    lastCommits: new Map([
      ...parts.lastCommits,
      ...created.map(({ found }): [string, string | null] => [found.id, null]),
    ]),
    now,
    userUuid,
  };
}

/** What an apply deletes. An id alone names nothing: a user has the same one in each repository. */
class Goings {
  readonly #owners = new Map<string, Set<string>>();

  constructor(objects: readonly { readonly kind: Kind; readonly id: string; readonly owner: string }[]) {
    for (const { kind, id, owner } of objects) {
      const name = nameOf(kind, id);
      const owners = this.#owners.get(name) ?? new Set();
      this.#owners.set(name, owners.add(owner));
    }
  }

  has({ kind, found, owner }: SurveyedObject): boolean {
    const owners = this.#owners.get(nameOf(kind, found.id));
    if (!owners) return false;
    // A project is known by its key as well.
    const names = owner ? [toCanonicalUuid(owner.found.id), String(owner.found.args.key)] : [""];
    return kind.parentRole === "repository" || names.some((name) => owners.has(name));
  }
}

function nameOf(kind: Kind, id: string): string {
  return `${kind.name} ${toCanonicalUuid(id)}`;
}

/** The id or key of what an object is in. Empty: the workspace itself. */
function ownerIdOf({ environment, repository: inside, project }: Properties | Location): string {
  const id = environment ?? inside ?? project;
  return typeof id === "string" ? toCanonicalUuid(id) : "";
}
