/** Who has which right, as it is granted, and through what. */
import { z } from "zod";
import type { DesiredResource } from "../desired";
import { project, repository } from "../kinds";
import { toCanonicalUuid } from "../kinds/uuid";
import type { SurveyedObject } from "../live";
import { type AccessGrant, permissions, sources } from "./model";
import type { effectivePermission } from "./read";

export const user = z.object({
  uuid: z.string().transform(toCanonicalUuid),
  display_name: z.string().nullish(),
  nickname: z.string().nullish(),
});

/** `added_on` is missing where the organization is administered at admin.atlassian.com. */
export const membership = z.object({
  permission: z.enum(["owner", "collaborator", "member"]),
  user,
  added_on: z.string().nullish(),
});

type Level = "none" | "read" | "write" | "create-repo" | "admin";

/** From the least to the most. */
const levels: readonly Level[] = ["none", "read", "write", "create-repo", "admin"];

/** Whoever may create repositories in a project can write to those that are there. */
const rank = (level: string) => levels.indexOf(level === "create-repo" ? "write" : (level as Level));

interface GrantSources {
  readonly objects: readonly SurveyedObject[];
  /** Projects that are not reviewed themselves, and what is granted there: it explains rights in their repositories. */
  readonly projects: readonly SurveyedObject[];
  /** Undefined: they could not be read. */
  readonly roles: readonly z.output<typeof membership>[] | undefined;
  readonly declared: ReadonlyMap<SurveyedObject, DesiredResource>;
  readonly workspace: string;
}

export class Grants {
  readonly #workspace: string;
  readonly #grants: AccessGrant[] = [];
  readonly #names = new Map<string, string>();
  readonly #owners = new Set<string>();
  readonly #members: ReadonlySet<string> | undefined;
  readonly #repositories = new Map<string, SurveyedObject>();
  readonly #projects = new Map<string, SurveyedObject>();
  /** By owner: what is granted there, by user's UUID or group's slug. */
  readonly #users = new Map<SurveyedObject, Map<string, Level>>();
  readonly #groups = new Map<SurveyedObject, Map<string, Level>>();

  constructor({ objects, projects, roles, declared, workspace }: GrantSources) {
    this.#workspace = workspace;
    this.#members = roles && new Set(roles.map((role) => role.user.uuid));
    for (const role of roles ?? []) this.#addRole(role);
    const all = [...objects, ...projects];
    for (const object of all) {
      if (object.kind === repository) this.#repositories.set(toCanonicalUuid(object.found.id), object);
      else if (object.kind === project) this.#projects.set(String(object.found.args.key), object);
    }
    for (const object of projects) this.#remember(object);
    for (const object of objects) this.#addGranted(object, declared.get(object));
  }

  #addRole({ user: holder, permission, added_on: since }: z.output<typeof membership>): void {
    this.#rememberName(holder);
    if (permission === "owner") this.#owners.add(holder.uuid);
    this.#grants.push({
      holder: this.#user(holder.uuid),
      level: "workspace",
      permission,
      through: "workspace",
      ...(since ? { since: new Date(since).toISOString() } : {}),
      link: `https://bitbucket.org/${this.#workspace}/workspace/settings/user-directory`,
    });
  }

  #addGranted(object: SurveyedObject, resource: DesiredResource | undefined): void {
    const granted = this.#remember(object);
    if (!granted) return;
    const { owner, isUser, id, permission } = granted;
    this.#grants.push({
      holder: isUser ? this.#user(id) : { type: "group", id },
      ...this.#placeOf(owner),
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

  /** Remembers what an object grants, if it grants anything. */
  #remember({ kind, owner, found }: SurveyedObject) {
    const permission = levels.find((level) => level === found.args.permission);
    if (!owner || permission === undefined || permission === "none") return undefined;
    const isUser = kind.naturalKey.includes("user");
    const id = isUser ? toCanonicalUuid(found.id) : found.id;
    const held = isUser ? this.#users : this.#groups;
    held.set(owner, (held.get(owner) ?? new Map<string, Level>()).set(id, permission));
    return { owner, isUser, id, permission };
  }

  /** Adds what no grant to the user on the repository itself explains. */
  addEffective({ permission, user: holder, repository: at }: z.output<typeof effectivePermission>): void {
    const found = this.#repositories.get(at.uuid);
    // A role in the workspace is listed once, and not for each repository.
    if (!found || permission === "none" || this.#owners.has(holder.uuid)) return;
    this.#rememberName(holder);
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

  #rememberName({ uuid, display_name, nickname }: z.output<typeof user>): void {
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
        link: `https://bitbucket.org/${this.#workspace}/workspace/projects/${key}/settings/permissions`,
      };
    }
    const slug = String(found.outputs.slug ?? found.args.slug);
    return {
      level: "repository",
      ...(typeof found.args.project === "string" ? { project: found.args.project } : {}),
      repository: slug,
      link: `https://bitbucket.org/${this.#workspace}/${slug}/admin/permissions`,
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
