/** The inputs of the native provider that a program declares from the stack's configuration. */

const texts = ["workspace", "tokenType", "email", "username", "oauthClientId", "profile", "apiUrl"] as const;
const numbers = ["concurrency", "requestsPerHour", "maxDeletions", "maxDeletionPercent"] as const;
const secrets = ["token", "oauthClientSecret"] as const;

/** How a program reads settings and writes values. */
export interface ProviderSettings {
  /** Whether a setting is below `bitbucket:`, which the engine passes to no other package. */
  readonly isFormer: (name: string) => boolean;
  /** A setting in the namespaces of both front ends. */
  readonly read: (name: string) => string | undefined;
  readonly text: (value: string) => unknown;
  readonly secret: (name: string, value: string) => unknown;
}

/** Returns undefined if the engine's default provider is enough, since nothing is set below `bitbucket:`. */
export function providerInputs({
  isFormer,
  read,
  text,
  secret,
}: ProviderSettings): Record<string, unknown> | undefined {
  if (![...texts, ...numbers, ...secrets, "adopt"].some(isFormer)) return undefined;
  const inputs: Record<string, unknown> = {};
  const add = (name: string, format: (value: string) => unknown) => {
    const value = read(name);
    if (value !== undefined) inputs[name] = format(value);
  };
  for (const name of texts) add(name, text);
  for (const name of numbers) add(name, Number);
  for (const name of secrets) add(name, (value) => secret(name, value));
  add("adopt", (value) => value === "true" || value === "1");
  return inputs;
}
