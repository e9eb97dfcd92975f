/** The provider that manages the resources of a stack, by its program and its configuration. */
import type { Properties } from "../kinds/kind";
import { metaOf } from "../kinds/kind";
import { type ConfigName, configNames, providerConfig } from "../model/providerConfig";
import { providerInputs } from "../model/providerInputs";
import { secretMark } from "../model/secrets";
import { type FrontEnd, nativePackage } from "../model/typeToken";
import { runtimeOf } from "../pulumi/project";
import type { StateManager, StateProvider } from "../pulumi/state";
import { type ConfigLookup, readSetting } from "./configLookup";

/** What the configuration says of the provider of a program on Node.js: `native`, `dynamic`, or a mistake. */
export function chosenProvider(settings: ConfigLookup): string {
  return readSetting(settings, "provider") ?? "dynamic";
}

/** @param runtime The language host: Pulumi's YAML host runs compiled stacks, whose provider is the native one. */
export function frontEndOf(runtime: string | undefined, settings: ConfigLookup): FrontEnd {
  return runtime === "yaml" || chosenProvider(settings) === "native" ? "native" : "dynamic";
}

/** The provider that a program declares, or the engine's default one for the settings of the package's own namespace. */
export function declaredProvider(
  settings: ConfigLookup,
  secret: (value: string) => unknown = (value) => value,
): StateProvider {
  const has = (key: string) => settings.has?.(key) ?? settings(key) !== undefined;
  const declared = providerInputs({
    isFormer: (name) => has(`bitbucket:${name}`),
    read: (name) => readSetting(settings, name),
    text: (value) => value,
    secret: (_, value) => secret(value),
  });
  if (declared) return { name: nativePackage, inputs: declared };
  const prefix = `${nativePackage}:`;
  const own = (settings.names ?? []).filter((key) => key.startsWith(prefix));
  const inputs = own.map((key) => {
    const name = key.slice(prefix.length);
    const value = settings(key);
    return [name, value !== undefined && isSecret(settings, key) ? secret(value) : value];
  });
  return { name: "default", inputs: Object.fromEntries(inputs) };
}

/** Whether a setting is encrypted in the configuration, or should be. */
function isSecret(settings: ConfigLookup, key: string): boolean {
  const name = key.slice(key.indexOf(":") + 1);
  const known: readonly string[] = configNames;
  if (settings.isSecret?.(key) || !known.includes(name)) return true;
  return metaOf(providerConfig.shape[name as ConfigName]).secret === true;
}

/**
 * The settings in the stack's configuration that concern the client. The engine passes the whole configuration to dynamic
 * providers, by whole keys, and an operation that does not run the program takes it from the state.
 * https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/target.go
 */
function dynamicInputs(settings: ConfigLookup, secret: (value: string) => unknown): Properties {
  const prefixes = ["bitbucket:", `${nativePackage}:`];
  return Object.fromEntries(
    (settings.names ?? []).flatMap((key) => {
      const value = prefixes.some((one) => key.startsWith(one)) ? settings(key) : undefined;
      if (value === undefined) return [];
      return [[key, isSecret(settings, key) ? secret(value) : value]];
    }),
  );
}

/**
 * The provider for what is added to a stack's state before the program has run.
 *
 * @param root The folder of Pulumi.yaml.
 */
export function managerOf(root: string, settings: ConfigLookup): StateManager {
  // The engine encrypts the text when the state is imported.
  const secret = (value: string): Properties => ({ ...secretMark, plaintext: JSON.stringify(value) });
  const frontEnd = frontEndOf(runtimeOf(root), settings);
  if (frontEnd === "native") return { frontEnd, provider: declaredProvider(settings, secret) };
  return { frontEnd, provider: { name: "default", inputs: dynamicInputs(settings, secret) } };
}
