/** Check: validates inputs without a request. */
import { redact } from "../../errors";
import { locationFields } from "../../model/location";
import { providerKey } from "../../model/providerText";
import type { Calls } from "../../wire/calls";
import type { CheckFailure } from "../../wire/messages";
import { checkDeclared } from "../answers";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";
import { secretsOf } from "../state";
import { kindOfUrn } from "./call";

/** Of a resource or function without a workspace, and without one in its provider. */
export const workspaceIsMissing =
  "is required: set it here or on the provider (bitbucket-cloud:workspace in the stack's configuration), or set BITBUCKET_WORKSPACE";

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Problems as the engine shows them. The path is part of the reason: if the engine knew the property, it
 * would print its value, in its own notation and even if it is a secret.
 */
export function failures(issues: readonly Issue[]): CheckFailure[] {
  return issues.map(({ path, message }) => ({ reason: redact(`${pathText(path)} ${message}`.trimStart()) }));
}

/** `events[0]`, `selector.type`: Pulumi's notation of property paths. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
}

export function checkCalls(provider: Provider): Pick<Calls, "check"> {
  return {
    check: async (request) => {
      const kind = kindOfUrn(request.urn);
      provider.declared.add(request.urn);
      const { values: news, secrets } = fromStruct(request.news);
      const inherited =
        locationFields(kind).includes("workspace") &&
        news.workspace === undefined &&
        provider.workspace !== undefined
          ? { workspace: provider.workspace }
          : {};
      // A compiled program cannot say that the dynamic provider may manage it: to Pulumi YAML it is no property.
      const host = provider.runsYaml ? { [providerKey]: true } : {};
      const given = { ...inherited, ...host, ...news };
      const { inputs, own, issues } = checkDeclared(kind, fromStruct(request.olds).values, given);
      provider.session.guard.recordCheck(kind, own);
      await provider.session.deleted.tell(kind, own);
      return {
        inputs: toStruct(inputs, secretsOf(kind, own, secrets)),
        failures: failures(
          issues.map((issue) =>
            issue.lacks === "workspace" ? { ...issue, message: workspaceIsMissing } : issue,
          ),
        ),
      };
    },
  };
}
