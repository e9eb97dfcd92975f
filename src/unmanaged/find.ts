/** Finds unmanaged resources, and reads only the collections necessary for it. */
import { PermissionError } from "../bitbucket";
import { type DesiredResource, type DesiredStack, keyOf, type Policy } from "../desired";
import { project, repository } from "../kinds";
import { identityOf, type Kind, type LiveObject } from "../kinds/kind";
import { unmanagedKinds } from "../kinds/unmanaged";
import { toCanonicalUuid } from "../kinds/uuid";
import {
  type LiveReader,
  type SurveyOptions,
  type SurveyRoot,
  surveyWorkspace,
  type UnreadablePart,
} from "../live";
import { type MatchOptions, selectUnmanaged } from "./match";
import type { UnmanagedObject } from "./model";
import { isPolicyAsked } from "./policy";

interface FindOptions extends Omit<MatchOptions, "surveyed" | "stack"> {
  readonly stack: DesiredStack;
  /** The repositories and projects to look into. Default: all declared ones. */
  readonly inside?: readonly DesiredResource[] | undefined;
  /** Whether the repositories and projects are few, and read by themselves: the others are not listed. */
  readonly readsFew?: boolean | undefined;
  /** Whether to look for repositories, projects and resources of the workspace itself. Default: true. */
  readonly ofWorkspace?: boolean | undefined;
  /** The policy if the YAML has none. `ignore` costs no request. */
  readonly defaultPolicy: Policy;
  readonly reader: LiveReader;
  readonly onProgress?: SurveyOptions["onProgress"];
}

export interface Discovery {
  /** Without ignored ones. */
  readonly objects: readonly UnmanagedObject[];
  /** Parts that may exist and could not be read. */
  readonly unreadable: readonly UnreadablePart[];
}

export async function findUnmanaged(options: FindOptions): Promise<Discovery> {
  const { stack, reader, defaultPolicy, onProgress } = options;
  const parts = await partsOf(options);
  if (parts.length === 0) return { objects: [], unreadable: [] };
  const surveys = await Promise.all(
    parts.map((part) =>
      surveyWorkspace(reader, {
        workspace: stack.workspace,
        facets: false,
        ...part,
        ...(onProgress ? { onProgress } : {}),
      }),
    ),
  );
  const objects = selectUnmanaged({ ...options, surveyed: surveys.flatMap((one) => one.objects) });
  const unreadable = new Map(
    surveys
      .flatMap((one) => one.unreadable)
      .map((one) => [`${one.kind.name} ${JSON.stringify(one.at)} ${one.reason}`, one]),
  );
  return {
    objects: objects
      .map((one) => ({ ...one, policy: one.policy ?? defaultPolicy }))
      .filter(({ policy }) => policy !== "ignore"),
    unreadable: [...unreadable.values()],
  };
}

type SurveyPart = Pick<SurveyOptions, "kinds" | "projects" | "repositories" | "roots" | "ofWorkspace">;

const isNever = () => false;

/**
 * The surveys to make: one for each distinct set of kinds. Anything that several of them need is read once.
 */
async function partsOf(options: FindOptions): Promise<SurveyPart[]> {
  const { stack, inside, ofWorkspace = true, defaultPolicy } = options;
  const roots = (inside ?? stack.resources).filter(({ parent }) => !parent);
  const parts: SurveyPart[] = [];
  for (const owner of [repository, project]) {
    for (const { kinds, members } of collectWishes(owner, roots, options)) {
      if (options.readsFew) {
        parts.push({ kinds, ofWorkspace: false, roots: members.map((one) => rootOf(one, options.state)) });
        continue;
      }
      const isMember = await memberOf(owner, members, options);
      parts.push({
        kinds,
        ofWorkspace: false,
        projects: owner === project ? isMember : isNever,
        repositories: owner === repository ? isMember : isNever,
      });
    }
  }
  if (!ofWorkspace) return parts;
  const asked = (kind: Kind, holder?: DesiredResource) =>
    isPolicyAsked(stack.unmanaged, kind, holder, defaultPolicy);
  const holders = stack.resources.filter(({ kind }) => kind === project);
  const owners = [project, repository].filter(
    (kind) => asked(kind) || (kind === repository && holders.some((holder) => asked(kind, holder))),
  );
  if (owners.length > 0) parts.push({ kinds: owners });
  const own = unmanagedKinds.filter(
    (kind) =>
      kind.parents.includes("workspace") && kind !== project && kind !== repository && asked(kind, undefined),
  );
  if (own.length > 0) parts.push({ kinds: own, projects: isNever, repositories: isNever });
  return parts;
}

interface SurveyWish {
  readonly kinds: readonly Kind[];
  readonly members: DesiredResource[];
}

/** The declared repositories, or projects, with the kinds to look for in them. */
function collectWishes(
  owner: Kind,
  roots: readonly DesiredResource[],
  { stack, defaultPolicy }: FindOptions,
): Iterable<SurveyWish> {
  const wishes = new Map<string, SurveyWish>();
  for (const root of roots.filter(({ kind }) => kind === owner)) {
    const kinds = unmanagedKinds.filter(
      (kind) => isInside(kind, owner) && isPolicyAsked(stack.unmanaged, kind, root, defaultPolicy),
    );
    if (kinds.length === 0) continue;
    const key = kinds.map(({ name }) => name).join();
    const wish = wishes.get(key) ?? { kinds, members: [] };
    wish.members.push(root);
    wishes.set(key, wish);
  }
  return wishes.values();
}

/** Whether objects of a kind belong to such an owner, directly or indirectly. */
function isInside(kind: Kind, owner: Kind): boolean {
  return kind.parents.some(
    (parent) => parent === owner.parentRole || (parent === "environment" && owner === repository),
  );
}

/**
 * Whether a surveyed repository or project is one of these: by its natural key, or by the id in the state.
 */
function rootOf({ kind, name, args }: DesiredResource, state: FindOptions["state"]): SurveyRoot {
  const held = state.find((entry) => keyOf(entry) === keyOf({ kind, name }));
  return held ? { kind, id: held.id, args: held.outputs } : { kind, args };
}

async function memberOf(
  owner: Kind,
  members: readonly DesiredResource[],
  { reader, stack, state }: FindOptions,
): Promise<(name: string) => boolean> {
  const keys = new Set(members.map(keyOf));
  const ids = new Set(state.flatMap((held) => (keys.has(keyOf(held)) ? [toCanonicalUuid(held.id)] : [])));
  const names = new Set(members.map((one) => identityOf(owner, one.args)));
  for (const { id, args } of await listOwners(reader, owner, stack.workspace))
    if (ids.has(id)) names.add(identityOf(owner, args));
  const field = owner.naturalKey[0] ?? "";
  return (name) => names.has(identityOf(owner, { [field]: name }));
}

/** The survey reads the same list, and reports what is unreadable. */
async function listOwners(reader: LiveReader, kind: Kind, workspace: string): Promise<readonly LiveObject[]> {
  try {
    return await reader.list(kind, { workspace });
  } catch (error) {
    if (error instanceof PermissionError) return [];
    throw error;
  }
}
