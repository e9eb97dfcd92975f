/** What a run says of objects that it adopts. The engine itself counts them as created. */
import type { Kind, Properties } from "../kinds/kind";
import { describeResource } from "./describe";

/**
 * A line for the user.
 *
 * @param consented Whether `adopt` was set.
 * @param changed The fields that are brought to the declared values.
 */
export function formatAdoption(
  kind: Kind,
  values: Properties,
  consented: boolean,
  changed: readonly string[],
): string {
  const what = describeResource(kind, values);
  if (!consented) return `${what}: existed as declared, and was adopted`;
  return `${what}: adopted${changed.length > 0 ? `, with changes to ${changed.join(", ")}` : ", unchanged"}`;
}
