/** Which projects and repositories a command looks at, by patterns. */
import picomatch from "picomatch";
import { UsageError } from "../shared/project";

interface SelectOptions {
  readonly repository?: readonly string[];
  readonly project?: readonly string[];
}

/** What belongs to the workspace itself is always looked at. */
export function selectOwners({ repository, project }: SelectOptions) {
  const isRepository = matcher(repository);
  const isProject = matcher(project);
  return {
    projects: (key: string) => isProject(key) && repository === undefined,
    repositories: (slug: string, key?: string) =>
      isRepository(slug) && (project === undefined || (key !== undefined && isProject(key))),
  };
}

/** @throws {UsageError} if patterns were given, which nothing fits. */
export function refuseEmpty({ repository = [], project = [] }: SelectOptions, workspace: string): void {
  const patterns = [...repository, ...project];
  if (patterns.length > 0)
    throw new UsageError(`Nothing in the workspace ${workspace} fits ${patterns.join(", ")}.`);
}

function matcher(patterns: readonly string[] | undefined): (name: string) => boolean {
  const wanted = patterns?.filter((pattern) => !pattern.startsWith("!")) ?? [];
  const unwanted =
    patterns?.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1)) ?? [];
  const is = wanted.length === 0 ? () => true : picomatch(wanted);
  const isNot = picomatch(unwanted);
  return (name) => is(name) && !(unwanted.length > 0 && isNot(name));
}
