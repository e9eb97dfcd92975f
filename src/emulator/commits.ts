/** The commit that a path names. */
import { notFound } from "./errors";
import type { Repository } from "./state";

/** The whole hash of a branch, a tag, or the beginning of a hash. Throws a 404 where there is no such commit. */
export function commitOf(found: Repository, name: string): string {
  const named = found.branches.get(name) ?? found.tags.get(name)?.hash;
  if (named) return named;
  const fitting = name.length >= 7 ? [...found.commits.keys()].filter((hash) => hash.startsWith(name)) : [];
  const [hash, other] = fitting;
  if (!hash || other) throw notFound(`Commit not found: ${name}`);
  return hash;
}
