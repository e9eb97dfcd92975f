/**
 * Reads who has which right where: what is granted on projects and repositories, the roles in the workspace, and the
 * effective permissions, which show who has a right through a group. The API does not list the members of a group.
 */
import { z } from "zod";
import { placeOfUnread } from "../audit/checks/shared/parts";
import { apiPath, NotFoundError, PermissionError, type ReadClient } from "../bitbucket";
import type { DesiredResource } from "../desired";
import { parseAs } from "../errors";
import { kinds, project, repository } from "../kinds";
import type { Kind } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import {
  type LiveReader,
  type Survey,
  type SurveyedObject,
  type SurveyProgress,
  surveyWorkspace,
} from "../live";
import { Grants, membership, user } from "./grants";
import { type AccessReview, reviewVersion } from "./model";

/** For a repository these are 2 requests, for a project 2 (3 where it only explains); and 2 collections of the workspace. */
const reviewedKinds: readonly Kind[] = [project, repository, ...kinds.filter(({ canExpire }) => canExpire)];

export const effectivePermission = z.object({
  permission: z.enum(["admin", "write", "read", "none"]),
  user,
  repository: z.object({ uuid: z.string().transform(toCanonicalUuid) }),
});

export interface ReviewOptions {
  readonly workspace: string;
  readonly stack?: string | undefined;
  readonly projects?: ((key: string) => boolean) | undefined;
  readonly repositories?: ((slug: string, project?: string) => boolean) | undefined;
  /** What the stack's YAML declares of a live object. */
  readonly declared?:
    | ((objects: readonly SurveyedObject[]) => Promise<ReadonlyMap<SurveyedObject, DesiredResource>>)
    | undefined;
  readonly onProgress?: ((progress: SurveyProgress) => void) | undefined;
  readonly now?: (() => Date) | undefined;
}

export async function reviewAccess(
  client: ReadClient,
  reader: LiveReader,
  options: ReviewOptions,
): Promise<AccessReview> {
  const { workspace, now = () => new Date() } = options;
  const began = now();
  const before = client.budget.requests;
  await reader.workspaces.requireAccess(workspace);
  const people = "user.uuid,user.display_name,user.nickname";
  const [survey, roles, effective] = await Promise.all([
    surveyGrants(reader, options),
    readList(client, membership, {
      part: "roles in the workspace",
      item: "A role in the workspace",
      path: apiPath`/workspaces/${workspace}/permissions`,
      fields: `permission,added_on,${people}`,
    }),
    readList(client, effectivePermission, {
      part: "effective permissions, which show rights through groups",
      item: "An effective permission",
      path: apiPath`/workspaces/${workspace}/permissions/repositories`,
      fields: `permission,repository.uuid,${people}`,
    }),
  ]);
  const { objects, unreadable, projects } = survey;
  const declared = (await options.declared?.(objects)) ?? new Map();
  const grants = new Grants({ objects, projects, roles: roles.items, declared, workspace });
  for (const item of effective.items ?? []) grants.addEffective(item);
  const hidden = unreadable.map((one) => ({
    ...placeOfUnread(one),
    part: `${one.kind.title}s`,
    reason: one.reason,
  }));
  const unread = [...roles.unread, ...effective.unread, ...hidden];
  const count = (kind: Kind) => objects.filter((object) => object.kind === kind).length;
  return {
    version: reviewVersion,
    workspace,
    ...(options.stack === undefined ? {} : { stack: options.stack }),
    at: began.toISOString(),
    seconds: (now().getTime() - began.getTime()) / 1000,
    requests: client.budget.requests - before,
    complete: unread.length === 0,
    projects: count(project),
    repositories: count(repository),
    grants: grants.sorted,
    unread,
  };
}

interface GrantSurvey extends Survey {
  /** The projects of repositories that are reviewed without them, with what is granted there. */
  readonly projects: readonly SurveyedObject[];
}

async function surveyGrants(reader: LiveReader, options: ReviewOptions): Promise<GrantSurvey> {
  const { workspace, onProgress } = options;
  const common = { workspace, ofWorkspace: false, facets: false };
  const survey = await surveyWorkspace(reader, {
    ...common,
    kinds: reviewedKinds,
    projects: options.projects,
    repositories: options.repositories,
    onProgress,
  });
  const keysOf = (kind: Kind, field: string) =>
    survey.objects.flatMap((one) => {
      const key = one.kind === kind ? one.found.args[field] : undefined;
      return typeof key === "string" ? [key] : [];
    });
  const reviewed = new Set(keysOf(project, "key"));
  const keys = [...new Set(keysOf(repository, "project"))].filter((key) => !reviewed.has(key));
  if (keys.length === 0) return { ...survey, projects: [] };
  // A right through a project that cannot be read stays unknown: what the review lists is complete without it.
  const { objects } = await surveyWorkspace(reader, {
    ...common,
    kinds: reviewedKinds.filter((kind) => kind === project || kind.parents.includes("project")),
    roots: keys.map((key) => ({ kind: project, args: { key } })),
  });
  return { ...survey, projects: objects };
}

/** Of what the credential may not read, nothing is known: then there are no items, and a reason. */
async function readList<Item>(
  client: ReadClient,
  schema: z.ZodType<Item>,
  { part, item, path, fields }: Readonly<Record<"part" | "item" | "path" | "fields", string>>,
): Promise<{ readonly items?: readonly Item[]; readonly unread: AccessReview["unread"] }> {
  try {
    const items = await client.list(path, { fields });
    return { items: items.map((one) => parseAs(schema, one, item)), unread: [] };
  } catch (error) {
    if (!(error instanceof PermissionError || error instanceof NotFoundError)) throw error;
    return { unread: [{ part, reason: error.message }] };
  }
}
