/** The kinds of which a workspace can hold objects that nobody declared. */
import { kinds } from "./index";
import { isRepositoryOrProject, type Kind } from "./kind";

/** Whether a policy for what is not managed can be about objects of a kind. */
export function canBeUnmanaged(kind: Kind): boolean {
  // Settings that always exist cannot be superfluous, Git's content is no configuration, and keys of an account are
  // its user's own. A file cannot be listed. Downloads are what pipelines make, plan files among them.
  return (
    kind.alwaysExists !== true &&
    kind.contents === undefined &&
    kind.isContent !== true &&
    !kind.parents.includes("account") &&
    ("collection" in kind.source || kind.naturalKey.length === 0)
  );
}

/** All kinds that a policy can be about. */
export const unmanagedKinds: readonly Kind[] = kinds.filter(canBeUnmanaged);

/** Whether objects of a kind are never removed unless they are written out by name: they hold history. */
export function isRemovedByNameOnly(kind: Kind): boolean {
  return isRepositoryOrProject(kind);
}

/** Whether an object of this kind can hold a policy, for what belongs to it. */
export function holdsPolicy(kind: Kind): boolean {
  return isRemovedByNameOnly(kind);
}
