/** The commit that a path names. */
import type { Call } from "./server";
import type { Repository } from "./state";

/** The whole hash of a branch, a tag, or the beginning of a hash. Throws a 404 where there is no such commit. */
export function commitOf(call: Call, found: Repository): Promise<string> {
  return call.git.resolve(found, call.params.commit ?? "");
}
