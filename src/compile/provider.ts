/** The explicit provider of a compiled program, as `nativeProvider` of the SDK has it. */
import { providerInputs } from "../model/providerInputs";
import { keysOfSetting, readSetting } from "../provider/configLookup";
import { literal } from "./names";

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
  return providerInputs({
    isFormer: (name) => config.has(`bitbucket:${name}`),
    read: (name) => readSetting((key) => config.get(key), name),
    text: literal,
    secret: (name) => {
      const [own, former] = keysOfSetting(name);
      return secretOf(config.has(own) ? own : former);
    },
  });
}
