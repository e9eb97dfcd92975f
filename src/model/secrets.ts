/** What the engine marks as secret: in an exported state, and in what it says of resources. */

/** https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
export const signature = "4dabf18193072939515e22adb298388d";

/** The mark of a secret, which stands under the signature. */
export const secretMark = { [signature]: "1b47061264138c4ac30d75fd1eb44270" } as const;

/** Whether a value of the state is, or holds, an encrypted one. */
export function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return signature in value || Object.values(value).some(isEncrypted);
}
