/** Check: validates inputs without a request. */
import { CheckFailure, type CheckRequest, CheckResponse } from "@pulumi/pulumi/proto/provider_pb";
import { redact } from "../../errors";
import { locationFields, workspaceIsRequired } from "../../model/location";
import { providerKey } from "../../model/providerText";
import { checkDeclared } from "../answers";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";
import { secretsOf } from "../state";
import { kindOfUrn } from "./call";
import { unary } from "./unary";

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
  return issues.map(({ path, message }) => {
    const failure = new CheckFailure();
    failure.setReason(redact(`${pathText(path)} ${message}`.trimStart()));
    return failure;
  });
}

/** `events[0]`, `selector.type`: Pulumi's notation of property paths. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
}

export function checkCalls(provider: Provider) {
  return {
    check: unary((request: CheckRequest) => {
      const kind = kindOfUrn(request.getUrn());
      provider.declared.add(request.getUrn());
      const { values: news, secrets } = fromStruct(request.getNews());
      const inherited =
        locationFields(kind).includes("workspace") &&
        news.workspace === undefined &&
        provider.workspace !== undefined
          ? { workspace: provider.workspace }
          : {};
      // A compiled program cannot say that the dynamic provider may take over: to Pulumi YAML it is no property.
      const host = provider.runsYaml ? { [providerKey]: true } : {};
      const given = { ...inherited, ...host, ...news };
      const { inputs, own, issues } = checkDeclared(kind, fromStruct(request.getOlds()).values, given);
      provider.session.guard.recordCheck(kind, own);
      const response = new CheckResponse();
      response.setInputs(toStruct(inputs, secretsOf(kind, own, secrets)));
      response.setFailuresList(
        failures(
          issues.map((issue) =>
            issue.message === workspaceIsRequired ? { ...issue, message: workspaceIsMissing } : issue,
          ),
        ),
      );
      return response;
    }),
  };
}
