/** The provider's own arguments: checks, compares and stores them. */
import { formatIssue, UserError } from "../../errors";
import { metaOf, type Properties } from "../../kinds/kind";
import { configNames, type ProviderConfig, providerConfig } from "../../model/providerConfig";
import { suggestWord } from "../../model/suggest";
import { hasUnknown } from "../../model/unknown";
import type { Calls } from "../../wire/calls";
import { diffChanges } from "../../wire/messages";
import { listDifferentArguments, parseArgument } from "../arguments";
import { isCredentialAmong } from "../credential";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";
import { failures } from "./check";

/** The engine's own arguments, and the one that chooses the front end of a program that runs YAML. */
const others = new Set(["version", "pluginDownloadURL", "__internal", "provider"]);

/** The arguments that hold a secret. */
const secretNames = configNames.filter((name) => metaOf(providerConfig.shape[name]).secret);

/** Parses a provider's arguments and returns the problems with them. */
function checkConfig(news: Properties): {
  readonly config: ProviderConfig;
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
} {
  const config: Record<string, unknown> = {};
  const issues: { path: readonly PropertyKey[]; message: string }[] = [];
  for (const [name, value] of Object.entries(news)) {
    if (others.has(name)) continue;
    const known = configNames.find((one) => one === name);
    if (known === undefined) {
      const near = suggestWord(name, configNames);
      issues.push({
        path: [name],
        message: `is not an argument of this provider${near === undefined ? "" : `. Did you mean ${near}?`}`,
      });
      continue;
    }
    if (hasUnknown(value)) continue;
    const result = providerConfig.shape[known].safeParse(parseArgument(value));
    if (result.success) config[known] = result.data;
    else
      for (const issue of result.error.issues)
        issues.push({ path: [name, ...issue.path], message: formatIssue(issue) });
  }
  return { config, issues };
}

export function configCalls(provider: Provider): Pick<Calls, "checkConfig" | "diffConfig" | "configure"> {
  return {
    checkConfig: async ({ urn, olds, news }) => {
      const { values, secrets } = fromStruct(news);
      const held = fromStruct(olds).values;
      // Whether or not the stack's configuration encrypts them, the state does.
      const inputs = toStruct(values, [...secrets, ...secretNames]);
      const { config, issues } = checkConfig(values);
      // Reported here, it is reported once, before any resource is read.
      if (issues.length === 0 && !hasUnknown(values)) {
        try {
          provider.requireCredential(config, urn);
          const isHeld = Object.keys(held).length > 0;
          if (isHeld && isCredentialAmong(listDifferentArguments(held, values)))
            await provider.tryCredential(config, urn);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          return { inputs, failures: failures([{ path: [], message: error.message }]) };
        }
      }
      return { inputs, failures: failures(issues) };
    },
    // Other arguments never replace resources: each resource checks for itself whether it is the same
    // workspace.
    diffConfig: ({ oldInputs, news }) => {
      const changed = listDifferentArguments(fromStruct(oldInputs).values, fromStruct(news).values).filter(
        (name) => !others.has(name),
      );
      return { changes: changed.length > 0 ? diffChanges.some : diffChanges.none, diffs: changed };
    },
    configure: ({ args, urn, id }) => {
      const { config, issues } = checkConfig(fromStruct(args).values);
      const [issue] = issues;
      if (issue) throw new UserError(`The provider's argument ${issue.path.join(".")} ${issue.message}.`);
      provider.configure(config, urn && id ? { urn, id } : undefined);
      return { acceptSecrets: true, supportsPreview: true };
    },
  };
}
