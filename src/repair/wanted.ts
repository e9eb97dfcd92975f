/** The args of a desired resource as far as they are needed to recognise its object. */
import {
  type DesiredResource,
  isSecretReference,
  referencesIn,
  resolveSecret,
  type SecretContext,
  withSecrets,
} from "../desired";
import { secretFieldsOf, type Values } from "../kinds/kind";
import { unknownValue } from "../provider/unknown";

/**
 * Values that the API never shows are not looked up: they cannot be compared. In their place stands `unknownValue`.
 *
 * @throws {DesiredStateError} where another value cannot be had.
 */
export async function wantedArgs({ kind, args }: DesiredResource, context: SecretContext): Promise<Values> {
  const standIns = Object.fromEntries(
    Object.entries(args).map(([field, value]) => [field, isSecretReference(value) ? unknownValue : value]),
  );
  const hidden = secretFieldsOf(kind, standIns);
  const entries = Object.entries(args).map(async ([field, value]) => {
    const references = referencesIn(value);
    if (references.length === 0) return [field, value] as const;
    if (hidden.includes(field)) return [field, unknownValue] as const;
    const secrets = new Map<unknown, string>();
    for (const reference of references) secrets.set(reference, await resolveSecret(reference, context));
    return [field, withSecrets(value, secrets)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
