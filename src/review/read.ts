/**
 * Reads who has which right where: what is granted on projects and repositories, the roles in the workspace, and the
 * effective permissions, which show who has a right through a group. The API does not list the members of a group.
 */
import { z } from "zod";
import { placeOfUnread } from "../audit/checks/shared/read";
import { apiPath, NotFoundError, PermissionError, type ReadClient } from "../bitbucket";
import type { DesiredResource } from "../desired";
import { parseAs } from "../errors";
import { kinds, project, repository } from "../kinds";
import type { Kind } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import { type LiveReader, type SurveyedObject, type SurveyProgress, surveyWorkspace } from "../live";
import { type AccessGrant, type AccessReview, permissions, reviewVersion, sources } from "./model";

/** For a repository these are 2 requests, for a project 2; and 2 collections of the workspace. */
const reviewedKinds: readonly Kind[] = [project, repository, ...kinds.filter(({ canExpire }) => canExpire)];

const user = z.object({
  uuid: z.string().transform(toCanonicalUuid),
  display_name: z.string().nullish(),
  nickname: z.string().nullish(),
});

/** `added_on` is missing where the organization is administered at admin.atlassian.com. */
const membership = z.object({
  permission: z.enum(["owner", "collaborator", "member"]),
  user,
  added_on: z.string().nullish(),
});

const effectivePermission = z.object({
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
  const unread: AccessReview["unread"] = [];
  /** Of what the credential may not read, nothing is known. */
  const attempt = async (part: string, path: string, fields: string) => {
    try {
      return await client.list(path, { fields });
    } catch (error) {
      if (!(error instanceof PermissionError || error instanceof NotFoundError)) throw error;
      unread.push({ part, reason: error.message });
      return undefined;
    }
  };
  const people = "user.uuid,user.display_name,user.nickname";
  const [survey, roles, effective] = await Promise.all([
    surveyWorkspace(reader, {
      workspace,
      kinds: reviewedKinds,
      projects: options.projects,
      repositories: options.repositories,
      ofWorkspace: false,
      facets: false,
      onProgress: options.onProgress,
    }),
    attempt(
      "roles in the workspace",
      apiPath`/workspaces/${workspace}/permissions`,
      `permission,added_on,${people}`,
    ),
    attempt(
      "effective permissions, which show rights through groups",
      apiPath`/workspaces/${workspace}/permissions/repositories`,
      `permission,repository.uuid,${people}`,
    ),
  ]);
  const grants = new Grants(
    survey.objects,
    roles?.map((item) => parseAs(membership, item, "A role in the workspace")),
    (await options.declared?.(survey.objects)) ?? new Map(),
    workspace,
  );
  for (const item of effective ?? [])
    grants.addEffective(parseAs(effectivePermission, item, "An effective permission"));
  unread.push(
    ...survey.unreadable.map((one) => ({
      ...placeOfUnread(one),
      part: `${one.kind.title}s`,
      reason: one.reason,
    })),
  );
  const count = (kind: Kind) => survey.objects.filter((object) => object.kind === kind).length;
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

type Level = "none" | "read" | "write" | "create-repo" | "admin";

/** From the least to the most. */
const levels: readonly Level[] = ["none", "read", "write", "create-repo", "admin"];
/** Whoever may create repositories in a project can write to those that are there. */
const rank = (level: string) => levels.indexOf(level === "create-repo" ? "write" : (level as Level));

class Grants {
  readonly #grants: AccessGrant[] = [];
  readonly #names = new Map<string, string>();
  readonly #owners = new Set<string>();
  readonly #members: ReadonlySet<string> | undefined;
  readonly #repositories = new Map<string, SurveyedObject>();
  readonly #projects = new Map<string, SurveyedObject>();
  /** By owner: what is granted there, by user's UUID or group's slug. */
  readonly #users = new Map<SurveyedObject, Map<string, Level>>();
  readonly #groups = new Map<SurveyedObject, Map<string, Level>>();

  constructor(
    objects: readonly SurveyedObject[],
    roles: readonly z.output<typeof membership>[] | undefined,
    declared: ReadonlyMap<SurveyedObject, DesiredResource>,
    private readonly workspace: string,
  ) {
    this.#members = roles && new Set(roles.map((role) => role.user.uuid));
    for (const role of roles ?? []) {
      this.#remember(role.user);
      if (role.permission === "owner") this.#owners.add(role.user.uuid);
      this.#grants.push({
        holder: this.#user(role.user.uuid),
        level: "workspace",
        permission: role.permission,
        through: "workspace",
        ...(role.added_on ? { since: new Date(role.added_on).toISOString() } : {}),
        link: `https://bitbucket.org/${workspace}/workspace/settings/user-directory`,
      });
    }
    for (const object of objects) {
      if (object.kind === repository) this.#repositories.set(toCanonicalUuid(object.found.id), object);
      else if (object.kind === project) this.#projects.set(String(object.found.args.key), object);
    }
    for (const object of objects) {
      const permission = levels.find((level) => level === object.found.args.permission);
      if (!object.owner || permission === undefined || permission === "none") continue;
      const isUser = object.kind.naturalKey.includes("user");
      const id = isUser ? toCanonicalUuid(object.found.id) : object.found.id;
      const held = isUser ? this.#users : this.#groups;
      held.set(object.owner, (held.get(object.owner) ?? new Map<string, Level>()).set(id, permission));
      const resource = declared.get(object);
      this.#grants.push({
        holder: isUser ? this.#user(id) : { type: "group", id },
        ...this.#placeOf(object.owner),
        permission,
        through: "direct",
        ...(resource
          ? {
              declared: {
                file: resource.position.file,
                line: resource.position.line,
                ...(resource.until === undefined ? {} : { until: resource.until }),
              },
            }
          : {}),
      });
    }
  }

  /** Adds what no grant to the user on the repository itself explains. */
  addEffective({ permission, user: holder, repository: at }: z.output<typeof effectivePermission>): void {
    const found = this.#repositories.get(at.uuid);
    // A role in the workspace is listed once, and not for each repository.
    if (!found || permission === "none" || this.#owners.has(holder.uuid)) return;
    this.#remember(holder);
    const owner = this.#projects.get(String(found.found.args.project));
    const places = owner ? [found, owner] : [found];
    const has = (place: SurveyedObject) =>
      rank(this.#users.get(place)?.get(holder.uuid) ?? "none") >= rank(permission);
    if (has(found)) return;
    const groups = places.flatMap((place) =>
      [...(this.#groups.get(place) ?? [])].flatMap(([slug, level]) =>
        rank(level) === rank(permission) ? [slug] : [],
      ),
    );
    const isOfProject = owner !== undefined && has(owner);
    const isPublic = permission === "read" && found.found.args.isPrivate === false;
    this.#grants.push({
      holder: this.#user(holder.uuid),
      ...this.#placeOf(found),
      permission,
      through: isOfProject ? "project" : groups.length > 0 ? "group" : isPublic ? "public" : "unknown",
      ...(!isOfProject && groups.length > 0 ? { groups: [...new Set(groups)].sort() } : {}),
    });
  }

  get sorted(): AccessGrant[] {
    const order = (grant: AccessGrant) => [
      grant.level === "workspace" ? "0" : "1",
      grant.project ?? "",
      grant.repository ?? "",
      grant.holder.type,
      grant.holder.name ?? "",
      grant.holder.id,
      String(permissions.indexOf(grant.permission)),
      String(sources.indexOf(grant.through)),
    ];
    return [...this.#grants]
      .map((grant) => ({ ...grant, holder: this.#withName(grant.holder) }))
      .map((grant) => ({ grant, key: order(grant) }))
      .sort((a, b) => compareKeys(a.key, b.key))
      .map(({ grant }) => grant);
  }

  #remember({ uuid, display_name, nickname }: z.output<typeof user>): void {
    const name = display_name || nickname;
    if (name) this.#names.set(uuid, name);
  }

  #user(id: string): AccessGrant["holder"] {
    return {
      type: "user",
      id,
      ...(this.#members === undefined ? {} : { isMember: this.#members.has(id) }),
    };
  }

  #withName(holder: AccessGrant["holder"]): AccessGrant["holder"] {
    const name = holder.type === "user" ? this.#names.get(holder.id) : undefined;
    return name === undefined ? holder : { ...holder, name };
  }

  #placeOf({ kind, found }: SurveyedObject): Pick<AccessGrant, "level" | "project" | "repository" | "link"> {
    if (kind === project) {
      const key = String(found.args.key);
      return {
        level: "project",
        project: key,
        link: `https://bitbucket.org/${this.workspace}/workspace/projects/${key}/settings/permissions`,
      };
    }
    const slug = String(found.outputs.slug ?? found.args.slug);
    return {
      level: "repository",
      ...(typeof found.args.project === "string" ? { project: found.args.project } : {}),
      repository: slug,
      link: `https://bitbucket.org/${this.workspace}/${slug}/admin/permissions`,
    };
  }
}

function compareKeys(one: readonly string[], other: readonly string[]): number {
  for (const [index, part] of one.entries()) {
    const against = other[index] ?? "";
    if (part !== against) return part < against ? -1 : 1;
  }
  return 0;
}
