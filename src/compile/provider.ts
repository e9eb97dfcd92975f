/** The explicit provider of a compiled program, as `nativeProvider` of the SDK has it. */
import { nativePackage } from "../model/typeToken";
import { packageSettings } from "./host";
import { literal } from "./names";

const settings = [
  "workspace",
  "tokenType",
  "email",
  "username",
  "oauthClientId",
  "profile",
  "apiUrl",
] as const;
const numbers = ["concurrency", "requestsPerHour", "maxDeletions", "maxDeletionPercent"] as const;
const hidden = ["token", "oauthClientSecret"] as const;

/**
 * The provider's properties; undefined if the engine's default provider is enough, since nothing is set below
 * `bitbucket:`, which the engine passes to no other package.
 *
 * @param secretOf Returns an expression for a secret of the configuration, by its whole key.
 */
export function providerProperties(
  config: ReadonlyMap<string, string>,
  secretOf: (key: string) => string,
): Readonly<Record<string, unknown>> | undefined {
  const names = [...settings, ...numbers, ...hidden, "adopt"];
  if (!names.some((name) => config.has(`bitbucket:${name}`))) return undefined;
  const lookup = packageSettings({ config });
  const setting = (name: string) => lookup(`bitbucket:${name}`);
  const keyOf = (name: string) =>
    config.has(`${nativePackage}:${name}`) ? `${nativePackage}:${name}` : `bitbucket:${name}`;
  const properties: Record<string, unknown> = {};
  for (const name of settings) {
    const value = setting(name);
    if (value !== undefined) properties[name] = literal(value);
  }
  for (const name of numbers) {
    const value = setting(name);
    if (value !== undefined) properties[name] = Number(value);
  }
  for (const name of hidden) if (setting(name) !== undefined) properties[name] = secretOf(keyOf(name));
  const adopt = setting("adopt");
  if (adopt !== undefined) properties.adopt = adopt === "true" || adopt === "1";
  return properties;
}
