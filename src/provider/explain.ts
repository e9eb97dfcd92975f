/** Why a change that was asked for before is still one. */
import type { Kind, Properties } from "../kinds/kind";
import { findRepeatedRequests, formatStillNotApplied } from "../model/notApplied";

/** What was explained in this process: the engine asks for the same difference more than once. */
const explained = new Set<string>();

/**
 * Says of a change that comes back why it does.
 *
 * @param warn Shows a warning to the user.
 */
export async function explain(
  kind: Kind,
  id: string,
  outputs: Properties,
  news: Properties,
  changed: readonly string[],
  warn: (text: string) => unknown,
): Promise<void> {
  const fields = findRepeatedRequests(kind, outputs, news, changed);
  const name = `${kind.name} ${id}`;
  if (fields.length === 0 || explained.has(name)) return;
  explained.add(name);
  await warn(formatStillNotApplied(kind, news, fields));
}
