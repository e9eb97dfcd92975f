/** Which resources a run looks at: patterns on repositories and projects, and kinds. */
import picomatch from "picomatch";
import { UserError } from "../errors";
import { kinds } from "../kinds";
import { suggestWord } from "../model/suggest";

/** Globs; one that starts with `!` excludes. Default: everything. */
export interface Filter {
  /** Match the repository's key in YAML, or its slug. */
  readonly repositories?: readonly string[] | undefined;
  /** Match the project's key. */
  readonly projects?: readonly string[] | undefined;
  /** Names of kinds. */
  readonly kinds?: readonly string[] | undefined;
}

/** A resource's kind and owners. */
export interface SelectableResource {
  readonly kind: string;
  readonly project?: string | undefined;
  /** Any of the names of the repository. */
  readonly repositories: readonly string[];
}

/** A mistake in a filter. Its message suggests what could have been meant. */
export class FilterError extends UserError {}

/**
 * @throws {FilterError} for an unknown kind.
 */
export function createSelector(filter: Filter): (resource: SelectableResource) => boolean {
  const wanted = filter.kinds && new Set(filter.kinds.flatMap(kindsNamed));
  const repository = filter.repositories && globs(filter.repositories);
  const project = filter.projects && globs(filter.projects);
  return (resource) =>
    (!wanted || wanted.has(resource.kind)) &&
    (!repository || repository(resource.repositories)) &&
    (!project || project(resource.project === undefined ? [] : [resource.project]));
}

/**
 * Finds the patterns of a filter that match nothing in `all`: probably a typo, and no proof that nothing has
 * drifted.
 *
 * @returns A sentence for each pattern without effect, if others have one.
 * @throws {FilterError} if the filter matches nothing at all.
 */
export function findMisses(filter: Filter, all: readonly SelectableResource[]): string[] {
  const { repositories, projects, kinds: named } = filter;
  const said = [
    ...describeMisses(
      "repository",
      "repositories",
      repositories,
      namesIn(all, (one) => one.repositories),
    ),
    ...describeMisses(
      "project",
      "projects",
      projects,
      namesIn(all, ({ project }) => (project === undefined ? [] : [project])),
    ),
  ];
  const inside = all.filter(createSelector({ repositories, projects }));
  if (inside.length === 0 && (repositories || projects))
    throw new FilterError(["Nothing matches the filter.", ...said].join(" "));
  if (!named) return said;
  const present = new Set(inside.map(({ kind }) => kind));
  return [
    ...said,
    ...named
      .filter((name) => !kindsNamed(name).some((kind) => present.has(kind)))
      .map((name) => `No resources of type "${name}" match the filter.`),
  ];
}

/**
 * @throws {FilterError} if none of the including patterns matches a name.
 */
function describeMisses(
  one: string,
  many: string,
  patterns: readonly string[] | undefined,
  names: readonly string[],
): string[] {
  const misses = (patterns ?? []).filter((pattern) => {
    const fits = picomatch(pattern.replace(/^!/, ""));
    return !names.some((name) => fits(name));
  });
  const said = misses.map((pattern) => {
    const meant = suggestWord(pattern.replace(/^!/, ""), names);
    return `No ${one} of the stack matches "${pattern}"${meant === undefined ? "." : `: did you mean ${meant}?`}`;
  });
  const into = (patterns ?? []).filter((pattern) => !pattern.startsWith("!"));
  if (into.length === 0 || into.some((pattern) => !misses.includes(pattern))) return said;
  const known = names.slice(0, 20).join(", ") + (names.length > 20 ? ` and ${names.length - 20} more` : "");
  throw new FilterError(`${said.join(" ")} It has ${known === "" ? `no ${many}` : known}.`);
}

function namesIn(
  all: readonly SelectableResource[],
  of: (one: SelectableResource) => readonly string[],
): readonly string[] {
  return [...new Set(all.flatMap(of))].sort();
}

/** Patterns that all exclude mean "everything except these". */
function globs(patterns: readonly string[]): (names: readonly string[]) => boolean {
  const out = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  const into = patterns.filter((pattern) => !pattern.startsWith("!"));
  const included = into.length === 0 ? () => true : picomatch(into);
  const excluded = out.length === 0 ? () => false : picomatch(out);
  return (names) => names.some((name) => included(name)) && !names.some((name) => excluded(name));
}

/** Kinds by name or by YAML section, case-insensitive. */
function kindsNamed(name: string): readonly string[] {
  const same = (other: string) => other.toLowerCase() === name.toLowerCase();
  const found = kinds.filter((kind) => same(kind.name) || same(kind.yaml.section));
  if (found.length > 0) return found.map((kind) => kind.name);
  const names = kinds.map((kind) => kind.name);
  const meant = suggestWord(name, names);
  throw new FilterError(
    `There is no resource type "${name}"${meant ? `: did you mean ${meant}?` : "."} It is one of ${names.join(", ")}.`,
  );
}
