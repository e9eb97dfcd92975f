/** What an object is called where it is judged, and what it belongs to. */

import { escapeUnprintable } from "../bitbucket/printable";
import type { StackPolicy } from "../desired";
import { uncapitalise } from "../errors/words";
import { project, repository } from "../kinds";
import type { Kind } from "../kinds/kind";
import type { SurveyedObject } from "../live";
import { labelOf } from "../unmanaged/model";
import { requireKnown } from "./language/unknown";
import type { JudgedObject } from "./objects";

export type JudgedOwner = JudgedObject | undefined;

/** @throws {UnknownValueError} if the project decides it, and is not known. */
export function isSelected({ isRepository, isProject }: StackPolicy, object: JudgedOwner): boolean {
  if (!isRepository && !isProject) return true;
  if (!object) return false;
  const root = rootOf(object);
  if (isRepository && !repositoryNames(root).some((name) => isRepository(name))) return false;
  if (!isProject) return true;
  const key =
    root.kind === project ? root.values.key : root.kind === repository ? root.values.project : undefined;
  return isProject(String(requireKnown(key) ?? ""));
}

export function repositoryNames(root: JudgedObject): readonly string[] {
  if (root.kind !== repository) return [];
  const slug = root.found.outputs.slug ?? root.found.args.slug;
  return [...new Set([root.resource?.name, slug].filter((name): name is string => typeof name === "string"))];
}

export function rootOf(object: JudgedObject): JudgedObject {
  return object.owner ? rootOf(object.owner) : object;
}

/** `webhook ci`. */
export function subjectOf(object: JudgedObject): string {
  const { kind } = object;
  if (kind === repository || kind === project) return kind.title;
  const name = ownNameOf(object) ?? labelFor(object);
  return escapeUnprintable(name === kind.yaml.section ? kind.title : `${kind.title} ${name}`);
}

/** The name of a declared resource below its parent: its key in YAML. */
function ownNameOf({ resource }: JudgedObject): string | undefined {
  if (!resource) return undefined;
  const { name, parent } = resource;
  const inside = parent === undefined ? -1 : name.indexOf(`${parent.name}:`);
  const own = parent === undefined || inside < 0 ? name : name.slice(inside + parent.name.length + 1);
  return withoutPath(own);
}

export function nameOf(object: JudgedObject): string {
  return object.resource?.name ?? labelFor(object);
}

function labelFor({ kind, found }: SurveyedObject): string {
  return withoutPath(labelOf(kind, found.args));
}

/** The path of an address may hold a token. */
function withoutPath(name: string): string {
  return /^https?:/i.test(name) && URL.canParse(name) ? new URL(name).hostname : name;
}

export function typeName({ name }: Kind): string {
  return uncapitalise(name);
}
