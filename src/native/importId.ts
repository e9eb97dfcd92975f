/**
 * The ids of `pulumi import`: where an object is, and after a `#` what distinguishes it from its siblings.
 *
 *   acme/api                               a repository, or what there is one of in it
 *   acme/api#https://ci.example.com/hook   by the natural key
 *   acme/api#{6d6a…}                       by the UUID
 *   acme/projects/PLAT#ssh-ed25519 AAAA…   in a project
 *   acme/api/Production#KEY                in a deployment environment
 *   acme/api#branch=main,path=CODEOWNERS   if the natural key has several fields
 */
import { uncapitalise, withArticle } from "../errors/words";
import type { Kind, ParentName, Properties } from "../kinds/kind";
import { sampleArgs } from "../model/sample";

/** A parsed id. */
export interface Named {
  /** The object's location, as inputs of the resource. An environment may be given by its name. */
  readonly places: Properties;
  /** The natural key's field, or the object's own id; undefined for a kind with one object per place. */
  readonly key?: string | undefined;
  /** The fields of a natural key that has several. */
  readonly fields?: Properties | undefined;
}

/** A form of id, with an example. */
interface ImportForm {
  /** The beginning of a sentence: "By its key". */
  readonly what: string;
  readonly id: string;
}

const exampleUuid = "{b2b4cdb5-2c9e-4b5f-8d3c-0c5f6a7e9d10}";

/** The forms of a kind's ids, with examples of a workspace. */
export function importForms(kind: Kind, workspace = "acme"): readonly ImportForm[] {
  const place = (parent: ParentName) => placeText(kind, parent, workspace);
  const [first = "workspace"] = kind.parents;
  const single = kind.naturalKey.length === 0;
  if (single) return kind.parents.map((parent) => ({ what: `Of ${withArticle(parent)}`, id: place(parent) }));
  const separator = separatorOf(kind, first);
  const keys = keyText(kind);
  const byKey = kind.parents.map((parent) => ({
    what:
      kind.parents.length > 1 ? `Of ${withArticle(parent)}, by ${keyNames(kind)}` : `By ${keyNames(kind)}`,
    id: `${place(parent)}${separator}${keys}`,
  }));
  const own = ownId(kind);
  return own === undefined
    ? byKey
    : [...byKey, { what: `By ${own.what}`, id: `${place(first)}${separator}${own.id}` }];
}

/** The service's id of an object, unless it is the natural key. */
function ownId(kind: Kind): { readonly what: string; readonly id: string } | undefined {
  if ("single" in kind.source || kind.source.idIsKey) return undefined;
  if ("uuid" in kind.outputs.shape) return { what: "its UUID", id: exampleUuid };
  const name = ["restrictionId", "keyId"].find((field) => kind.derived?.[field]);
  return name === undefined ? undefined : { what: "its id", id: "12345" };
}

function keyNames(kind: Kind): string {
  return kind.naturalKey.map((field) => `\`${field}\``).join(" and ");
}

function keyText(kind: Kind): string {
  const sample = sampleArgs(kind);
  if (kind.naturalKey.length === 1) return String(sample[kind.naturalKey[0] ?? ""] ?? sample.name ?? "");
  return kind.naturalKey
    .filter((field) => typeof sample[field] === "string")
    .map((field) => `${field}=${sample[field]}`)
    .join(",");
}

function separatorOf(kind: Kind, parent: ParentName): string {
  if (parent === "account") return "";
  return kind.parents.length === 1 && parent === "workspace" ? "/" : "#";
}

function placeText(kind: Kind, parent: ParentName, workspace: string): string {
  switch (parent) {
    case "account":
      return "";
    case "workspace":
      return workspace;
    case "project":
      return kind.parents.length > 1 ? `${workspace}/projects/PLAT` : `${workspace}/PLAT`;
    case "repository":
      return `${workspace}/api`;
    case "environment":
      return `${workspace}/api/Production`;
  }
}

/**
 * Parses an id, or returns undefined if it has none of the kind's forms.
 *
 * @param workspace The provider's own: ids of repositories and projects may leave it out.
 */
export function parseImportId(kind: Kind, id: string, workspace: string | undefined): Named | undefined {
  const [first = "workspace"] = kind.parents;
  if (first === "account") return id === "" ? undefined : { places: {}, key: id };
  if (kind.parents.length === 1 && first === "workspace") {
    const at = id.indexOf("/");
    const [place, key] = at < 0 ? [workspace, id] : [id.slice(0, at), id.slice(at + 1)];
    return place && key && !key.includes("/") ? { places: { workspace: place }, key } : undefined;
  }
  const single = kind.naturalKey.length === 0;
  const at = id.indexOf("#");
  const [place, key] = at < 0 ? [id, ""] : [id.slice(0, at), id.slice(at + 1)];
  if (single !== at < 0 || (!single && key === "")) return undefined;
  const places = parsePlaces(kind, place);
  if (!places) return undefined;
  if (single) return { places };
  const fields = kind.naturalKey.length > 1 ? fieldsIn(kind, key) : undefined;
  return { places, key, ...(fields ? { fields } : {}) };
}

function parsePlaces(kind: Kind, text: string): Properties | undefined {
  const [workspace = "", ...rest] = text.split("/");
  if (workspace === "" || rest.includes("")) return undefined;
  const has = (parent: ParentName) => kind.parents.includes(parent);
  const [second, third] = rest;
  if (second === undefined) return has("workspace") ? { workspace } : undefined;
  if (has("project") && second === "projects" && third !== undefined)
    return rest.length === 2 ? { workspace, project: third } : undefined;
  if (has("project") && !has("repository"))
    return rest.length === 1 ? { workspace, project: second } : undefined;
  if (rest.length === 1) return has("repository") ? { workspace, repository: second } : undefined;
  return has("environment")
    ? { workspace, repository: second, environment: rest.slice(1).join("/") }
    : undefined;
}

/** `branch=main,path=a,b` by the names of the natural key's fields. */
function fieldsIn(kind: Kind, text: string): Properties | undefined {
  const names = kind.naturalKey;
  const parts = text.split(new RegExp(`(?:^|,)(?=(?:${names.join("|")})=)`)).filter((part) => part !== "");
  const fields: Record<string, unknown> = {};
  for (const part of parts) {
    const at = part.indexOf("=");
    const name = part.slice(0, at);
    if (at < 0 || !names.includes(name)) return undefined;
    fields[name] = part.slice(at + 1);
  }
  return parts.length > 0 ? fields : undefined;
}

/** The message for an id that refers to nothing or is malformed. */
export function howIdsLook(kind: Kind, workspace: string | undefined): string {
  const forms = importForms(kind, workspace);
  return `An id of ${withArticle(kind.title)} looks like ${forms.map(({ what, id }) => `${id} (${uncapitalise(what)})`).join(", or ")}.`;
}

/** The id under which an object can be imported. */
export function importIdOf(
  kind: Kind,
  at: Partial<Record<ParentName, string | undefined>>,
  id: string,
): string {
  if (kind.parents.includes("account")) return id;
  const { workspace = "", project, repository, environment } = at;
  if (kind.parents.length === 1 && kind.parents[0] === "workspace") return `${workspace}/${id}`;
  const place = [
    workspace,
    ...(repository !== undefined ? [repository] : project !== undefined ? ["projects", project] : []),
    ...(environment === undefined ? [] : [environment]),
  ].join("/");
  return kind.naturalKey.length === 0 ? place : `${place}#${id}`;
}
