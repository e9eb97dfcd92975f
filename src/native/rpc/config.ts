/** The provider's own arguments: checks, compares and stores them. */
import {
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type DiffRequest,
  DiffResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { formatIssue, UserError } from "../../errors";
import { metaOf, type Properties } from "../../kinds/kind";
import { configNames, type ProviderConfig, providerConfig } from "../../model/providerConfig";
import { suggestWord } from "../../model/suggest";
import { hasUnknown } from "../../model/unknown";
import { listDifferentArguments, parseArgument } from "../arguments";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";
import { failures } from "./check";
import { unary } from "./unary";

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

export function configCalls(provider: Provider) {
  return {
    checkConfig: unary((request: CheckRequest) => {
      const { values, secrets } = fromStruct(request.getNews());
      const response = new CheckResponse();
      // Whether or not the stack's configuration encrypts them, the state does.
      response.setInputs(toStruct(values, [...secrets, ...secretNames]));
      const { config, issues } = checkConfig(values);
      response.setFailuresList(failures(issues));
      // Reported here, it is reported once, before any resource is read.
      if (issues.length === 0 && !hasUnknown(values)) {
        try {
          provider.requireCredential(config);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          response.setFailuresList(failures([{ path: [], message: error.message }]));
        }
      }
      return response;
    }),
    // Other arguments never replace resources: each resource checks for itself whether it is the same
    // workspace.
    diffConfig: unary((request: DiffRequest) => {
      const olds = fromStruct(request.getOldInputs()).values;
      const news = fromStruct(request.getNews()).values;
      const changed = listDifferentArguments(olds, news).filter((name) => !others.has(name));
      const response = new DiffResponse();
      response.setChanges(
        changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
      );
      response.setDiffsList(changed);
      return response;
    }),
    configure: unary((request: ConfigureRequest) => {
      const { config, issues } = checkConfig(fromStruct(request.getArgs()).values);
      const [issue] = issues;
      if (issue) throw new UserError(`The provider's argument ${issue.path.join(".")} ${issue.message}.`);
      const urn = request.getUrn();
      const id = request.getId();
      provider.configure(config, urn && id ? { urn, id } : undefined);
      const response = new ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
  };
}
