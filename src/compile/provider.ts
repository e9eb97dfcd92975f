/** The explicit provider of a compiled program, as `nativeProvider` of the SDK has it. */
import { providerInputs } from "../model/providerInputs";
import { nativePackage } from "../model/typeToken";
import { packageSettings } from "./host";
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
  const lookup = packageSettings({ config });
  return providerInputs({
    isFormer: (name) => config.has(`bitbucket:${name}`),
    read: (name) => lookup(`bitbucket:${name}`),
    text: literal,
    secret: (name) => {
      const own = `${nativePackage}:${name}`;
      return secretOf(config.has(own) ? own : `bitbucket:${name}`);
    },
  });
}
