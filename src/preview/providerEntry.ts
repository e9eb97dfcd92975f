/** The native provider in a state: only of the one that the program declares it is known what it would do. */
import type { Properties } from "../kinds/kind";
import { kindOfType, nativePackage } from "../model/typeToken";
import { listDifferentArguments } from "../native/arguments";
import type { ConfigLookup } from "../provider/configLookup";
import { declaredProvider } from "../provider/declaredProvider";
import { type RawStateEntry, revealSecrets } from "../pulumi/state";
import { parseUrn } from "../pulumi/urn";

const providerType = `pulumi:providers:${nativePackage}`;

/** What the engine keeps for itself beside the arguments. */
const internal = "__internal";

/**
 * Returns, in a line, in what the state's provider is another than the program's; undefined where it is the same.
 *
 * @param entries Of the whole state.
 * @param settings The stack's configuration, by whole keys.
 */
export function whyOtherProvider(
  entries: readonly RawStateEntry[],
  settings: ConfigLookup,
  decrypt: (text: string) => string,
): string | undefined {
  const managed = entries.filter(({ type }) => kindOfType(type) !== undefined);
  const providers = entries.filter(({ type }) => type === providerType);
  const { name, inputs } = declaredProvider(settings);
  const [held, ...others] = providers;
  // Everything is still to be created.
  if (!held && managed.length === 0) return undefined;
  if (!held || others.length > 0 || parseUrn(held.urn).name !== name)
    return "the native provider of the state is not the one that the program declares";
  const reference = `${held.urn}::${held.id}`;
  const foreign = managed.find(({ provider }) => provider !== reference);
  if (foreign) return `another provider manages ${foreign.urn}`;
  const { [internal]: _, ...kept } = revealSecrets(held.inputs ?? {}, decrypt) as Properties;
  const [different] = listDifferentArguments(kept, inputs);
  return different === undefined
    ? undefined
    : `the provider's setting ${different} is another than at the last apply`;
}
