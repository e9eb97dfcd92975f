/** Which resources a run looks at: patterns on repositories and projects, and kinds. */
import picomatch from "picomatch";
import { suggest } from "../desired/diagnostics";
import { kinds } from "../kinds";

/** Globs; one that starts with `!` leaves out. Left out, everything counts. */
export interface Filter {
  /** On the repository's key in YAML, or its slug. */
  readonly repositories?: readonly string[] | undefined;
  /** On the project's key. */
  readonly projects?: readonly string[] | undefined;
  /** Names of kinds. */
  readonly kinds?: readonly string[] | undefined;
}

/** What a resource is and belongs to. */
export interface Belonging {
  readonly kind: string;
  readonly project?: string | undefined;
  /** Any of the names of the repository. */
  readonly repositories: readonly string[];
}

/** A mistake in what was asked for. */
export class FilterError extends Error {}

/** @throws {FilterError} for a kind that there is not. */
export function selector(filter: Filter): (resource: Belonging) => boolean {
  const wanted = filter.kinds && new Set(filter.kinds.flatMap(kindsNamed));
  const repository = filter.repositories && globs(filter.repositories);
  const project = filter.projects && globs(filter.projects);
  return (resource) =>
    (!wanted || wanted.has(resource.kind)) &&
    (!repository || repository(resource.repositories)) &&
    (!project || project(resource.project === undefined ? [] : [resource.project]));
}

/** Patterns among which all leave out are taken as "all but these". */
function globs(patterns: readonly string[]): (names: readonly string[]) => boolean {
  const out = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  const into = patterns.filter((pattern) => !pattern.startsWith("!"));
  const included = into.length === 0 ? () => true : picomatch(into);
  const excluded = out.length === 0 ? () => false : picomatch(out);
  return (names) => names.some((name) => included(name)) && !names.some((name) => excluded(name));
}

/** Kinds by a name or by a section of the YAML, whatever its case. */
function kindsNamed(name: string): readonly string[] {
  const same = (other: string) => other.toLowerCase() === name.toLowerCase();
  const found = kinds.filter((kind) => same(kind.name) || same(kind.yaml.section));
  if (found.length > 0) return found.map((kind) => kind.name);
  const names = kinds.map((kind) => kind.name);
  const meant = suggest(name, names);
  throw new FilterError(
    `There is no kind "${name}"${meant ? `: did you mean ${meant}?` : "."} It is one of ${names.join(", ")}.`,
  );
}
