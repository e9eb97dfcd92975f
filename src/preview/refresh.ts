/** The state of a shard, read again from Bitbucket. */
import { Slots } from "../bitbucket";
import type { KeptProperties } from "./answers";
import type { OpenEntry } from "./stateReading";

/** A resource of the state after the refresh. */
export interface RefreshedEntry extends OpenEntry {
  /** As in the state. */
  readonly before: OpenEntry;
}

/**
 * Concurrent reads, at most: the client holds back what is too much for the service. As many as there are while the
 * pages of a long list arrive, in which the first of them may be found last.
 */
const width = 256;

/** The resources that are still there. */
export async function refreshEntries(
  entries: readonly OpenEntry[],
  refresh: (entry: OpenEntry) => Promise<KeptProperties | undefined>,
): Promise<ReadonlyMap<string, RefreshedEntry>> {
  const found = new Map<string, RefreshedEntry>();
  const slots = new Slots(() => width);
  let failed = false;
  const read = async (entry: OpenEntry) => {
    // After a failure, nothing more is asked: the engine has to ask again.
    if (failed) return;
    try {
      const current = await refresh(entry);
      if (current) found.set(entry.raw.urn, { ...entry, ...current, before: entry });
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  await Promise.all(entries.map((entry) => slots.run(() => read(entry))));
  return found;
}
