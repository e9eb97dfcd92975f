/** Deletions of objects that took the place of those in the state: nobody has consented to them. */
import { refuseRecreatedDeletion } from "../kinds/deletion";
import type { LiveReader } from "../live";
import { withDefaults } from "../model/values";
import type { StateEntry } from "../pulumi/state";
import { findLiveObject, locateEntry } from "./renameMessages";

/**
 * Returns a reason for each resource in whose place somebody created another one, of those that need consent to be
 * deleted. What cannot be read is left to the provider, which looks again.
 *
 * @param going What would be deleted.
 */
export async function findRecreated(going: readonly StateEntry[], live: LiveReader): Promise<string[]> {
  const reasons = await Promise.all(
    going.map(async (entry) => {
      const { kind, outputs, name } = entry;
      if (!kind.refuseDelete) return [];
      try {
        if (await findLiveObject(live, entry)) return [];
        const other = await live.find(kind, await locateEntry(live, entry), withDefaults(kind, outputs));
        return other ? refuseRecreatedDeletion(kind.title, name) : [];
      } catch {
        return [];
      }
    }),
  );
  return reasons.flat();
}
