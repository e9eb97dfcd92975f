/**
 * Selects the objects of a survey to import: what the credential may not administer is skipped, with a note.
 */
import { UserError } from "../errors";
import { kinds as allKinds, repository } from "../kinds";
import type { Kind } from "../kinds/kind";
import type { Survey, SurveyedObject, UnreadablePart } from "../live";
import { groupBy } from "../model/groupBy";

export interface ImportSelection {
  readonly objects: readonly SurveyedObject[];
  /** Repositories that were skipped as a whole, by UUID. */
  readonly skipped: ReadonlyMap<string, unknown>;
  /** The skipped objects with the reason, a line each. */
  readonly notes: readonly string[];
}

/**
 * Skips a repository as a whole if something in it is unreadable that is readable in others: this credential
 * does not administer it. What is unreadable in all of them is a matter of scopes: that kind is skipped.
 */
export function selectImportable({ objects, unreadable }: Survey): ImportSelection {
  const repositories = new Set([
    ...objects.flatMap(({ kind, found }) => (kind === repository ? [found.id] : [])),
    ...unreadable.flatMap(({ owner }) => repositoryOf(owner)?.found.id ?? []),
  ]);
  const byWhat = groupBy(unreadable, ({ kind, owner, field }) => {
    const of = repositoryOf(owner) ? "repository" : (owner?.kind.title ?? "");
    return [kind.title, of, field ?? ""].join("\n");
  });
  const skipped = new Map<string, { readonly slug: unknown; readonly reason: string }>();
  const notes: string[] = [];
  for (const entries of byWhat.values()) {
    const owners = new Set(entries.flatMap(({ owner }) => repositoryOf(owner)?.found.id ?? []));
    const isOfAll = owners.size === 0 || owners.size >= repositories.size;
    const refused = isOfAll ? [] : entries.filter((one) => one.refused);
    for (const { owner, reason } of refused) {
      const found = repositoryOf(owner)?.found;
      if (found && !skipped.has(found.id)) skipped.set(found.id, { slug: found.args.slug, reason });
    }
    notes.push(...noteOf(entries.filter((one) => !refused.includes(one))));
  }
  for (const { slug, reason } of skipped.values())
    notes.push(`repository ${slug}: not imported, because it cannot be administered: ${reason}`);
  return {
    objects: objects.filter((one) => !skipped.has(repositoryOf(one)?.found.id ?? "")),
    skipped,
    notes,
  };
}

/**
 * @throws {Error} if no repository was found, and it is not certain that there is none.
 */
export function requireRepositories({ objects, unreadable }: Survey): void {
  if (objects.some(({ kind }) => kind === repository)) return;
  const reasons = unreadable.flatMap((one) => (one.kind === repository && !one.owner ? [one.reason] : []));
  if (reasons.length > 0)
    throw new UserError(
      `The repositories of the workspace could not be read, and nothing was written. ${[...new Set(reasons)].join(" ")}`,
    );
}

/** Kinds with the kinds that can own them: without owners, objects have no place in the YAML. */
export function addOwnerKinds(kinds: readonly Kind[]): readonly Kind[] {
  const needed = allKinds.filter(
    ({ parentRole }) => parentRole !== undefined && kinds.some(({ parents }) => parents.includes(parentRole)),
  );
  const all = [...new Set([...kinds, ...needed])];
  return all.length === kinds.length ? kinds : addOwnerKinds(all);
}

/** Removes owners that were not asked for and own nothing that was. */
export function removeIdleOwners(
  objects: readonly SurveyedObject[],
  asked: readonly Kind[],
): readonly SurveyedObject[] {
  const kept = new Set<SurveyedObject>();
  for (const object of objects)
    if (asked.includes(object.kind))
      for (let at: SurveyedObject | undefined = object; at; at = at.owner) kept.add(at);
  return objects.filter((object) => kept.has(object));
}

function noteOf(entries: readonly UnreadablePart[]): string[] {
  const [first] = entries;
  if (!first) return [];
  const what = first.field === undefined ? `${first.kind.title}s` : first.field;
  const names = entries.map(({ owner }) =>
    String(owner?.found.args.slug ?? owner?.found.args.key ?? owner?.found.args.name ?? ""),
  );
  const where = !first.owner
    ? "of the workspace"
    : entries.length > 3
      ? `of ${entries.length} ${first.owner.kind.title === "repository" ? "repositories" : `${first.owner.kind.title}s`}`
      : `of ${names.join(", ")}`;
  return [`${what} ${where}: could not be read, and are not imported: ${first.reason}`];
}

/** The repository that an object is, or is in. */
function repositoryOf(one: SurveyedObject | undefined): SurveyedObject | undefined {
  for (let at = one; at; at = at.owner) if (at.kind === repository) return at;
  return undefined;
}
