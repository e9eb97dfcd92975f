/**
 * Reads a workspace for the audit: with the survey that imports use, and with two reads of its own for what no
 * declaration holds: when deploy keys were used, and when a repository had its last commit.
 */
import { z } from "zod";
import { apiPath, NotFoundError, PermissionError, type ReadClient, Slots } from "../../../bitbucket";
import { parseAs } from "../../../errors";
import {
  branchingModel,
  branchRestriction,
  deploymentEnvironment,
  pipelineVariable,
  project,
  projectGroupPermission,
  projectUserPermission,
  repository,
  repositoryGroupPermission,
  repositoryUserPermission,
  runner,
  webhook,
} from "../../../kinds";
import type { Kind } from "../../../kinds/kind";
import { toCanonicalUuid } from "../../../kinds/uuid";
import {
  type LiveReader,
  type SurveyedObject,
  type SurveyProgress,
  type SurveyRoot,
  surveyWorkspace,
  type UnreadablePart,
} from "../../../live";
import type { AuditedKey, AuditedWorkspace, Part, ProjectView, RepositoryView, WorkspaceView } from "./views";

/**
 * What is surveyed. For a repository these are 9 requests, one more for each deployment environment, and 2 of the
 * audit's own.
 */
export const auditedKinds: readonly Kind[] = [
  project,
  repository,
  branchingModel,
  branchRestriction,
  repositoryUserPermission,
  repositoryGroupPermission,
  projectUserPermission,
  projectGroupPermission,
  webhook,
  pipelineVariable,
  deploymentEnvironment,
  runner,
];

const partOfKind: Readonly<Record<string, Part>> = {
  [branchingModel.name]: "branchingModel",
  [branchRestriction.name]: "branchRestrictions",
  [repositoryUserPermission.name]: "users",
  [projectUserPermission.name]: "users",
  [repositoryGroupPermission.name]: "groups",
  [projectGroupPermission.name]: "groups",
  [webhook.name]: "webhooks",
  [pipelineVariable.name]: "variables",
  [deploymentEnvironment.name]: "environments",
  [runner.name]: "runners",
};

/** Something that could not be read. */
export interface UnreadPart {
  readonly project?: string | undefined;
  readonly repository?: string | undefined;
  readonly part: string;
  readonly reason: string;
}

export interface AuditReading extends AuditedWorkspace {
  readonly objects: readonly SurveyedObject[];
  readonly unread: readonly UnreadPart[];
}

/** What was read of the workspace, before it is arranged as the checks see it. */
export interface AuditParts {
  readonly workspace: string;
  readonly objects: readonly SurveyedObject[];
  readonly unreadable: readonly UnreadablePart[];
  /** Undefined: they could not be read. */
  readonly members: ReadonlyMap<string, string> | undefined;
  /** Deploy keys by the id of their owner. Left out: they could not be read. */
  readonly deployKeys: ReadonlyMap<string, readonly AuditedKey[]>;
  /** The time of the last commit by the id of the repository; null: there is none. Left out: it could not be read. */
  readonly lastCommits: ReadonlyMap<string, string | null>;
  readonly unread: readonly UnreadPart[];
}

export interface ReadOptions {
  readonly workspace: string;
  readonly repositories?: ((slug: string, project?: string) => boolean) | undefined;
  readonly projects?: ((key: string) => boolean) | undefined;
  /** UUIDs of projects and repositories that are read whatever they are called now. */
  readonly uuids?: ReadonlySet<string> | undefined;
  /** Only these projects and repositories, which are read by themselves. */
  readonly roots?: readonly SurveyRoot[] | undefined;
  /** Whether what belongs to the workspace itself is read. Default: true. */
  readonly ofWorkspace?: boolean | undefined;
  /** What the checks need. Nothing else is read. */
  readonly parts: ReadonlySet<Part>;
  /** Further kinds to read. */
  readonly kinds?: ReadonlySet<Kind> | undefined;
  readonly onProgress?: ((progress: SurveyProgress) => void) | undefined;
}

const concurrency = 16;

const keySchema = z.object({
  id: z.number(),
  label: z.string().nullish(),
  comment: z.string().nullish(),
  added_on: z.string().nullish(),
  last_used: z.string().nullish(),
});

const commitsSchema = z.object({ values: z.array(z.object({ date: z.string() })) });

export async function readWorkspace(
  client: ReadClient,
  reader: LiveReader,
  options: ReadOptions,
): Promise<AuditReading> {
  const parts = await readParts(client, reader, options);
  return { ...buildViews(parts), unread: parts.unread, objects: parts.objects };
}

/** Reads what the checks look at. What the credential may not read is reported as unread. */
export async function readParts(
  client: ReadClient,
  reader: LiveReader,
  options: ReadOptions,
): Promise<AuditParts> {
  const { workspace, parts } = options;
  await reader.workspaces.requireAccess(workspace);
  const kinds = auditedKinds.filter((kind) => {
    const part = partOfKind[kind.name];
    return part === undefined || parts.has(part) || options.kinds?.has(kind);
  });
  const survey = await surveyWorkspace(reader, {
    ...options,
    kinds: [...new Set([...kinds, ...(options.kinds ?? [])])],
    facets: parts.has("pipelines"),
    concurrency,
  });
  const slots = new Slots(() => concurrency);
  const unread: UnreadPart[] = survey.unreadable.map((one) => ({
    ...placeOfUnread(one),
    part: one.field ?? one.kind.title,
    reason: one.reason,
  }));

  /** Of what the credential may not read, nothing is known. */
  const attempt = async <Result>(
    part: Part,
    place: Pick<UnreadPart, "project" | "repository">,
    read: () => Promise<Result>,
  ): Promise<Result | undefined> => {
    try {
      return await slots.run(read);
    } catch (error) {
      if (!(error instanceof PermissionError || error instanceof NotFoundError)) throw error;
      unread.push({ ...place, part, reason: error.message });
      return undefined;
    }
  };
  const members =
    parts.has("members") || parts.has("users")
      ? await attempt("members", {}, () => readMembers(reader, workspace))
      : new Map<string, string>();
  const deployKeys = new Map<string, readonly AuditedKey[]>();
  const lastCommits = new Map<string, string | null>();
  type Place = Pick<UnreadPart, "project" | "repository">;
  const addKeys = async (id: string, place: Place, path: string) => {
    const keys = parts.has("deployKeys")
      ? await attempt("deployKeys", place, () => readDeployKeys(client, path))
      : [];
    if (keys !== undefined) deployKeys.set(id, keys);
  };
  const addCommit = async (id: string, place: Place, path: string) => {
    const time = await attempt("commits", place, () => readLastCommit(client, path));
    if (time !== undefined) lastCommits.set(id, time);
  };
  await Promise.all(
    survey.objects.map(async ({ kind, found: { id, args, outputs } }) => {
      if (kind === project) {
        const key = String(args.key);
        await addKeys(id, { project: key }, apiPath`/workspaces/${workspace}/projects/${key}/deploy-keys`);
      }
      if (kind !== repository) return;
      const place = {
        project: typeof args.project === "string" ? args.project : undefined,
        repository: String(outputs.slug ?? args.slug),
      };
      const path = apiPath`/repositories/${workspace}/${id}`;
      const hasCommits = typeof args.mainBranch === "string" && parts.has("commits");
      if (!hasCommits) lastCommits.set(id, null);
      await Promise.all([
        addKeys(id, place, `${path}/deploy-keys`),
        hasCommits ? addCommit(id, place, `${path}/commits`) : undefined,
      ]);
    }),
  );
  const { objects, unreadable } = survey;
  return { workspace, objects, unreadable, members, deployKeys, lastCommits, unread };
}

/** Names of the members by their UUIDs. */
async function readMembers(reader: LiveReader, workspace: string): Promise<ReadonlyMap<string, string>> {
  const names = await reader.memberNames(workspace);
  // Somebody without a name is a member as well.
  return new Map([...(await reader.memberUuids(workspace))].map((uuid) => [uuid, names.get(uuid) ?? uuid]));
}

async function readDeployKeys(client: ReadClient, path: string): Promise<readonly AuditedKey[]> {
  const items = await client.list(path, { fields: "id,label,comment,added_on,last_used" });
  return items.map((item): AuditedKey => {
    const { id, label, comment, added_on, last_used } = parseAs(keySchema, item, `An item of GET ${path}`);
    return {
      id: String(id),
      label: label || comment || "",
      ...(added_on ? { addedOn: added_on } : {}),
      ...(last_used === undefined ? {} : { lastUsed: last_used }),
    };
  });
}

/** The time of the last commit; null if there is none. */
async function readLastCommit(client: ReadClient, path: string): Promise<string | null> {
  const body = await client.get(path, { query: { pagelen: "1", fields: "values.date" } });
  return parseAs(commitsSchema, body, `The response to GET ${path}`).values[0]?.date ?? null;
}

/** Arranges what was read as the checks see it. Values of the objects are read only where a check asks for them. */
export function buildViews({
  workspace,
  objects,
  unreadable,
  members,
  deployKeys,
  lastCommits,
}: Omit<AuditParts, "unread">): AuditedWorkspace {
  const indexed = new Index(objects, unreadable);
  const withoutMembers: readonly Part[] = members === undefined ? ["members"] : [];
  const whole: WorkspaceView = {
    level: "workspace",
    slug: workspace,
    members: members ?? new Map(),
    unread: new Set([...indexed.unread(undefined), ...withoutMembers]),
    ...indexed.below(undefined),
  };
  const projects = objects
    .filter(({ kind }) => kind === project)
    .map((object): ProjectView => {
      const keys = deployKeys.get(object.found.id);
      return {
        level: "project",
        key: String(object.found.args.key),
        object,
        workspace: whole,
        unread: new Set([
          ...indexed.unread(object),
          ...withoutMembers,
          ...(keys === undefined ? (["deployKeys"] as const) : []),
        ]),
        ...indexed.below(object),
        get users() {
          return indexed.users(object);
        },
        get groups() {
          return indexed.groups(object);
        },
        deployKeys: keys ?? [],
      };
    });
  const repositories = objects
    .filter(({ kind }) => kind === repository)
    .map((object): RepositoryView => {
      const { args, outputs, id } = object.found;
      const keys = deployKeys.get(id);
      const lastCommit = lastCommits.get(id);
      return {
        level: "repository",
        slug: String(outputs.slug ?? args.slug),
        get project() {
          return typeof args.project === "string" ? args.project : undefined;
        },
        object,
        workspace: whole,
        get isPrivate() {
          return args.isPrivate !== false;
        },
        get mainBranch() {
          return mainBranchOf(object);
        },
        ...(typeof lastCommit === "string" ? { lastCommit } : {}),
        unread: new Set([
          ...indexed.unread(object),
          ...withoutMembers,
          ...(keys === undefined ? (["deployKeys"] as const) : []),
          ...(lastCommit === undefined ? (["commits"] as const) : []),
        ]),
        ...indexed.below(object),
        get users() {
          return indexed.users(object);
        },
        get groups() {
          return indexed.groups(object);
        },
        restrictions: indexed.of(object, branchRestriction),
        environments: indexed.of(object, deploymentEnvironment),
        get mainBranchTypes() {
          return typesOf(indexed.of(object, branchingModel)[0], mainBranchOf(object));
        },
        deployKeys: keys ?? [],
      };
    });
  return { workspace: whole, projects, repositories };
}

function mainBranchOf({ found: { args } }: SurveyedObject): string | undefined {
  return typeof args.mainBranch === "string" ? args.mainBranch : undefined;
}

/** The branch types that the main branch has in the branching model. */
function typesOf(model: SurveyedObject | undefined, mainBranch: string | undefined): ReadonlySet<string> {
  const target = z.object({ useMainBranch: z.boolean().optional(), name: z.string().optional() });
  const types = (["development", "production"] as const).filter((type) => {
    const parsed = target.safeParse(model?.found.args[type]);
    return parsed.success && (parsed.data.useMainBranch === true || parsed.data.name === mainBranch);
  });
  return new Set(types);
}

/** What belongs to what. */
class Index {
  readonly #below = new Map<string, SurveyedObject[]>();
  readonly #unread = new Map<string, Set<Part>>();

  constructor(objects: readonly SurveyedObject[], unreadable: readonly UnreadablePart[]) {
    for (const object of objects) {
      const owner = rootOf(object);
      // The owners themselves, and what belongs to the workspace.
      if (object.kind === project || object.kind === repository) continue;
      const name = nameOf(owner);
      this.#below.set(name, [...(this.#below.get(name) ?? []), object]);
    }
    for (const { kind, owner, field } of unreadable) {
      const name = nameOf(owner && (rootOf(owner) ?? owner));
      const parts = this.#unread.get(name) ?? new Set<Part>();
      parts.add(field === undefined ? (partOfKind[kind.name] ?? "settings") : "pipelines");
      this.#unread.set(name, parts);
    }
  }

  of(owner: SurveyedObject | undefined, kind: Kind): readonly SurveyedObject[] {
    return (this.#below.get(nameOf(owner)) ?? []).filter((object) => object.kind === kind);
  }

  below(owner: SurveyedObject | undefined) {
    return {
      webhooks: this.of(owner, webhook),
      variables: this.of(owner, pipelineVariable),
      runners: this.of(owner, runner),
    };
  }

  users(owner: SurveyedObject): readonly SurveyedObject[] {
    const permissions = [
      ...this.of(owner, repositoryUserPermission),
      ...this.of(owner, projectUserPermission),
    ];
    return permissions.filter(isGranted);
  }

  groups(owner: SurveyedObject): readonly SurveyedObject[] {
    const permissions = [
      ...this.of(owner, repositoryGroupPermission),
      ...this.of(owner, projectGroupPermission),
    ];
    return permissions.filter(isGranted);
  }

  unread(owner: SurveyedObject | undefined): ReadonlySet<Part> {
    return this.#unread.get(nameOf(owner)) ?? new Set();
  }
}

/** The project and repository that something unread is in. */
export function placeOfUnread({ owner }: UnreadablePart): Pick<UnreadPart, "project" | "repository"> {
  const root = owner && (rootOf(owner) ?? owner);
  const args = root?.found.args ?? {};
  const key = root?.kind === project ? args.key : args.project;
  return {
    ...(typeof key === "string" ? { project: key } : {}),
    ...(root?.kind === repository ? { repository: String(root.found.outputs.slug ?? args.slug) } : {}),
  };
}

/** A permission of "none" means that there is none. */
function isGranted({ kind, found }: SurveyedObject): boolean {
  return kind.isTombstone?.(found) !== true;
}

/** The project or repository that something is in. Undefined: it is in the workspace itself. */
function rootOf({ owner }: SurveyedObject): SurveyedObject | undefined {
  return owner && (rootOf(owner) ?? owner);
}

function nameOf(owner: SurveyedObject | undefined): string {
  return owner === undefined ? "" : `${owner.kind.name} ${toCanonicalUuid(owner.found.id)}`;
}
