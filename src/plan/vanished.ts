/**
 * What the state holds and is gone from the server already. A refresh has found that out, but an engine does not write it
 * into the state before the program runs: without a second look, what somebody deleted by hand would count as a deletion.
 */
import type { LiveReader } from "../live";
import { isDestructionRefusal } from "../provider/limits";
import type { StateEntry } from "../pulumi/state";
import { findLiveObject } from "./renameMessages";

/**
 * The state to go by. Where a run would be refused, the live objects are looked at; what cannot be seen counts as there.
 *
 * @param isGoing What would be deleted.
 * @param check Throws what refuses the run, by the state that it is given.
 */
export async function removeVanished(
  state: readonly StateEntry[],
  live: LiveReader,
  isGoing: (resource: StateEntry) => boolean,
  check: (state: readonly StateEntry[]) => void,
): Promise<readonly StateEntry[]> {
  try {
    check(state);
    return state;
  } catch (error) {
    if (!isDestructionRefusal(error)) throw error;
  }
  const isThere = await Promise.all(
    state.map(async (resource) => {
      if (!isGoing(resource)) return true;
      try {
        return (await findLiveObject(live, resource)) !== undefined;
      } catch {
        return true;
      }
    }),
  );
  return isThere.every(Boolean) ? state : state.filter((_, index) => isThere[index]);
}
