/** The inputs of the native provider that a program declares from the stack's configuration. */
import { z } from "zod";
import { metaOf } from "../kinds/kind";
import { configNames, providerConfig } from "./providerConfig";

/** How a program reads settings and writes values. */
interface ProviderSettings {
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
  if (!configNames.some(isFormer)) return undefined;
  return Object.fromEntries(
    configNames.flatMap((name): [string, unknown][] => {
      const value = read(name);
      if (value === undefined) return [];
      const schema = providerConfig.shape[name];
      if (metaOf(schema).secret) return [[name, secret(name, value)]];
      const held = schema.unwrap();
      if (held instanceof z.ZodNumber) return [[name, Number(value)]];
      if (held instanceof z.ZodBoolean) return [[name, value === "true" || value === "1"]];
      return [[name, text(value)]];
    }),
  );
}
