/** Which values never leave the comparison. */
import { type Kind, secretFieldsOf, type Values } from "../kinds/kind";
import { isEncrypted } from "../model/secrets";

/**
 * The fields whose values are secret in any of the three states: what was secret when it was applied stays so, even
 * where somebody has made it visible on the server.
 */
export function secretFields(kind: Kind, ...states: readonly Values[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const state of states) {
    for (const field of secretFieldsOf(kind, state)) found.add(field);
    for (const [field, value] of Object.entries(state)) if (isEncrypted(value)) found.add(field);
  }
  return found;
}
