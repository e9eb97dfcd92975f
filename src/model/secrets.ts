/** Which values are secret: by the kind, and by the mark that the engine gives them in states and events. */
import { type Kind, type Properties, secretFieldsOf } from "../kinds/kind";

/** https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
export const signature = "4dabf18193072939515e22adb298388d";

/** The mark of a secret, which the signature covers. */
export const secretMark = { [signature]: "1b47061264138c4ac30d75fd1eb44270" } as const;

/** Whether a value of the state is, or holds, an encrypted one. */
export function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return signature in value || Object.values(value).some(isEncrypted);
}

/**
 * The fields whose values are secret in any of the three states: what was secret when it was applied stays so, even
 * where somebody has made it visible on the server.
 */
export function secretFieldsIn(kind: Kind, ...states: readonly Properties[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const state of states) {
    for (const field of secretFieldsOf(kind, state)) found.add(field);
    for (const [field, value] of Object.entries(state)) if (isEncrypted(value)) found.add(field);
  }
  return found;
}
