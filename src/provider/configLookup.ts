/** A stack's configuration, and where a credential is looked for in it. */
import type { CredentialSources } from "../credentials";
import { nativePackage } from "../model/typeToken";

/** A value of the stack's configuration, by its whole key: `bitbucket:token`. */
export type ConfigLookup = ((key: string) => string | undefined) & {
  /** Whether it is there, for a lookup that may be slow. */
  readonly has?: (key: string) => boolean;
  /** Whether its value is encrypted there. */
  readonly isSecret?: (key: string) => boolean;
  /** The keys that have a value, where they are known. */
  readonly names?: readonly string[];
  /** What errors write before the names of settings. Default: `bitbucket`. */
  readonly namespace?: string;
};

/** The whole keys of one of this package's settings, in the namespaces of both front ends: the first that is set counts. */
export function keysOfSetting(name: string): readonly [own: string, former: string] {
  return [`${nativePackage}:${name}`, `bitbucket:${name}`];
}

/** A setting in the namespaces of both front ends, from a lookup by whole keys. */
export function readSetting(lookup: (key: string) => string | undefined, name: string): string | undefined {
  const [own, former] = keysOfSetting(name);
  return lookup(own) ?? lookup(former);
}

/** Where the credential of an environment and a stack's configuration is looked for. */
export function toCredentialSources(env: NodeJS.ProcessEnv, config: ConfigLookup): CredentialSources {
  const { has, namespace } = config;
  return {
    env,
    ...(namespace === undefined ? {} : { namespace }),
    config: (key) => config(`bitbucket:${key}`),
    ...(has ? { configHas: (key: string) => has(`bitbucket:${key}`) } : {}),
  };
}
