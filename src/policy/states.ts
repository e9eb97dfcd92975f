/** The states that policies are held against: what YAML declares, and what is live. */
import { type AuditParts, readParts } from "../audit/checks/shared/read";
import type { Part } from "../audit/checks/shared/views";
import type { ReadClient } from "../bitbucket";
import type { DesiredResource, StackPolicy } from "../desired";
import { kinds as allKinds, project, repository } from "../kinds";
import type { Kind, Properties } from "../kinds/kind";
import { slugOf } from "../kinds/slug";
import { toCanonicalUuid } from "../kinds/uuid";
import { isListed, type LiveReader, type SurveyRoot, UnknownUserError } from "../live";
import type { JudgedState } from "./judge";
import { Unknown, UnknownValueError } from "./language/unknown";
import { toDesiredObjects } from "./objects";

/** What YAML declares, without any request. */
export function desiredState(
  workspace: string,
  resources: readonly DesiredResource[],
  argsOf: (resource: DesiredResource) => Properties,
  now: Date,
  userUuid: JudgedState["userUuid"] = uuidAlone,
): JudgedState {
  return {
    state: "desired",
    workspace,
    objects: toDesiredObjects(resources, argsOf, workspace),
    unreadable: [],
    members: undefined,
    deployKeys: new Map(),
    lastCommits: new Map(),
    now,
    userUuid,
  };
}

/** Without a request, a user is known who is given by the UUID. */
async function uuidAlone(user: string): Promise<string> {
  if (user.startsWith("{")) return toCanonicalUuid(user);
  throw new UnknownValueError(
    new Unknown("lookup", `the user "${user}"`, "is looked up only in a preview or an apply"),
  );
}

/** Looks up users as the workspace's members have them. */
export function userLookup(live: LiveReader, workspace: string): JudgedState["userUuid"] {
  return async (user) => {
    try {
      return toCanonicalUuid(await live.people.uuidOf(workspace, user));
    } catch (error) {
      if (!(error instanceof UnknownUserError)) throw error;
      throw new UnknownValueError(new Unknown("unread", `the user "${user}"`, "is not known in Bitbucket"));
    }
  };
}

/** The owners whose live state is read: what the stack manages. */
interface ManagedOwners {
  readonly resources: readonly DesiredResource[];
  /** The ids of what is in the state. */
  readonly ids: ReadonlySet<string>;
  /** Whether what belongs to the workspace itself is the stack's as well. */
  readonly ofWorkspace: boolean;
  /** The only projects and repositories that are looked at. Undefined: all of them. */
  readonly roots?: readonly SurveyRoot[] | undefined;
}

/** Reads what the policies over the live state look at, and nothing else. Undefined: there are none. */
export async function readLive(
  policies: readonly StackPolicy[],
  workspace: string,
  owners: ManagedOwners,
  client: ReadClient,
  live: LiveReader,
): Promise<AuditParts | undefined> {
  const wanted = policies.filter(({ states }) => states.has("live"));
  if (wanted.length === 0) return undefined;
  const parts = new Set<Part>(
    wanted.flatMap(({ test, kinds }) =>
      "check" in test
        ? test.check.needs
        : [...kinds].some(({ subResources }) => subResources)
          ? ["pipelines"]
          : [],
    ),
  );
  const kinds = new Set(wanted.flatMap((policy) => [...policy.kinds]).filter(isListed));
  const slugs = new Set<string>();
  const keys = new Set<string>();
  for (const { kind, args, name } of owners.resources) {
    if (kind === repository) slugs.add(String(args.slug ?? slugOf(String(args.name ?? name))));
    if (kind === project) keys.add(String(args.key));
  }
  return readParts(client, live, {
    workspace,
    parts,
    kinds: withParents(kinds),
    repositories: (slug) => slugs.has(slug),
    projects: (key) => keys.has(key),
    uuids: owners.ids,
    roots: owners.roots,
    ofWorkspace: owners.ofWorkspace,
  });
}

/** With the kinds that objects of these are in: an environment's variables are found through it. */
function withParents(kinds: ReadonlySet<Kind>): ReadonlySet<Kind> {
  const all = new Set(kinds);
  for (const kind of kinds)
    for (const outer of allKinds)
      if (outer.parentRole && kind.parents.includes(outer.parentRole)) all.add(outer);
  return all;
}
