/** The part of a workspace that is imported: projects and repositories by globs, and kinds by name. */
import picomatch from "picomatch";
import { kinds as allKinds } from "../../kinds";
import type { Kind } from "../../kinds/kind";
import { isListed } from "../../live";
import { UsageError } from "../shared/project";

interface PartOptions {
  /** Globs of keys. */
  readonly project?: readonly string[];
  /** Globs of slugs. */
  readonly repository?: readonly string[];
}

export function selectPart({ project, repository }: PartOptions) {
  const ofProject = project && new Patterns("--project", project);
  const ofRepository = repository && new Patterns("--repository", repository);
  return {
    // If only repositories are imported, their projects are referred to and not imported.
    projects: ofProject ? (key: string) => ofProject.matches(key) : ofRepository ? () => false : undefined,
    repositories: (slug: string, key?: string) =>
      (ofProject ? key !== undefined && ofProject.matches(key) : true) &&
      (ofRepository?.matches(slug) ?? true),
    ofWorkspace: !ofProject && !ofRepository,
    missed: () => [...(ofProject?.missed ?? []), ...(ofRepository?.missed ?? [])],
  };
}

/** Globs that record which of them have matched: one that never did is probably a typo. */
class Patterns {
  readonly #missed: Set<string>;
  readonly #all: readonly (readonly [pattern: string, fits: (name: string) => boolean])[];

  constructor(
    private readonly option: string,
    patterns: readonly string[],
  ) {
    this.#missed = new Set(patterns);
    this.#all = patterns.map((pattern) => [pattern, picomatch(pattern, { dot: true })]);
  }

  matches(name: string): boolean {
    const found = this.#all.filter(([, fits]) => fits(name));
    for (const [pattern] of found) this.#missed.delete(pattern);
    return found.length > 0;
  }

  get missed(): readonly string[] {
    return [...this.#missed].map((pattern) => `${this.option} ${pattern}`);
  }
}

/** The kinds that an option names; undefined without the option. */
export function kindsOf(names: readonly string[] | undefined): readonly Kind[] | undefined {
  if (!names) return undefined;
  return names
    .flatMap((text) => text.split(","))
    .map((name) => {
      const found = allKinds.find((kind) => kind.name.toLowerCase() === name.trim().toLowerCase());
      if (!found)
        throw new UsageError(
          `There is no resource type "${name}". They are: ${allKinds.map((kind) => kind.name).join(", ")}.`,
        );
      if (!isListed(found))
        throw new UsageError(
          found.contents
            ? `A ${found.title} cannot be imported: its content is in a file, not in YAML.`
            : `A ${found.title} cannot be imported: Bitbucket has no list of them.`,
        );
      return found;
    });
}
