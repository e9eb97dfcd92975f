/** The native provider in a state: only of the one that the program declares it is known what it would do. */
import type { Properties } from "../kinds/kind";
import { kindOfType, providerTypeOf } from "../model/typeToken";
import { listDifferentArguments } from "../native/arguments";
import type { ConfigLookup } from "../provider/configLookup";
import { declaredProvider } from "../provider/declaredProvider";
import { type RawStateEntry, revealSecrets } from "../pulumi/state";
import { parseUrn } from "../pulumi/urn";

const providerType = providerTypeOf("native");

/** What the engine keeps for itself beside the arguments. */
const internal = "__internal";

/** How the state's provider is another than the program's. */
interface ProviderComparison {
  /** In a line, why only the engine can tell what it would do. */
  readonly reason?: string;
  /** Whether it has another secret of the same account: an apply writes the new one into the state. */
  readonly isRotated?: boolean;
}

/**
 * @param entries Of the whole state.
 * @param settings The stack's configuration, by whole keys.
 */
export function compareProvider(
  entries: readonly RawStateEntry[],
  settings: ConfigLookup,
  decrypt: (text: string) => string,
): ProviderComparison {
  const managed = entries.filter(({ type }) => kindOfType(type) !== undefined);
  const providers = entries.filter(({ type }) => type === providerType);
  const { name, inputs } = declaredProvider(settings);
  const [held, ...others] = providers;
  // Everything is still to be created.
  if (!held && managed.length === 0) return {};
  if (!held || others.length > 0 || parseUrn(held.urn).name !== name)
    return { reason: "the native provider of the state is not the one that the program declares" };
  const reference = `${held.urn}::${held.id}`;
  const foreign = managed.find(({ provider }) => provider !== reference);
  if (foreign) return { reason: `another provider manages ${foreign.urn}` };
  const { [internal]: _, ...kept } = revealSecrets(held.inputs ?? {}, decrypt) as Properties;
  const differing = listDifferentArguments(kept, inputs);
  const different = differing.find((argument) => !isRotation(argument, kept, inputs));
  return different === undefined
    ? { isRotated: differing.length > 0 }
    : { reason: `the provider's setting ${different} is another than at the last apply` };
}

/**
 * Whether another secret is that of the same account, which sees the same: the other arguments name it, and are compared as
 * well. Who a token without an address belongs to is not known, except for one of the workspace.
 */
function isRotation(argument: string, olds: Properties, news: Properties): boolean {
  if (olds[argument] === undefined || news[argument] === undefined) return false;
  if (argument === "oauthClientSecret") return news.oauthClientId !== undefined;
  return (
    argument === "token" &&
    (news.email !== undefined || (news.tokenType === "workspace" && news.workspace !== undefined))
  );
}
