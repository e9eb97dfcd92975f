/** Resolves the commit in a path. */
import type { Call } from "./server";
import type { Repository } from "./state";

/** The full hash of a branch, a tag, or an abbreviated hash. Throws a 404 if there is no such commit. */
export function commitOf(call: Call, found: Repository): Promise<string> {
  return call.git.resolve(found, call.params.commit ?? "");
}
