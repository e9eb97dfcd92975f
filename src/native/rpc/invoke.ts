/** Invoke and List: look up existing objects. */
import type { ServerWritableStream } from "@grpc/grpc-js";
import {
  type InvokeRequest,
  InvokeResponse,
  type ListRequest,
  ListResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { UserError } from "../../errors";
import { suggestWord } from "../../model/suggest";
import { hasUnknown } from "../../model/unknown";
import { listIds } from "../list";
import { lookUps, lookUpToken } from "../lookups";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";
import { kindOfToken } from "./call";
import { failures, workspaceIsMissing } from "./check";
import { invokeCompiled } from "./compiled";
import { serviceError } from "./serviceError";
import { unary } from "./unary";

export function lookUpCalls(provider: Provider) {
  return {
    invoke: unary(async (request: InvokeRequest) => {
      const compiled = await invokeCompiled(provider, request);
      if (compiled) return compiled;
      const token = request.getTok();
      const lookUp = lookUps.find((one) => lookUpToken(one) === token);
      if (!lookUp) {
        const near = suggestWord(token, lookUps.map(lookUpToken));
        throw new UserError(
          `There is no function ${token}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
        );
      }
      const { values } = fromStruct(request.getArgs());
      const response = new InvokeResponse();
      if (hasUnknown(values)) return response;
      const names = Object.keys(lookUp.args.shape);
      const unknown = Object.keys(values).filter((name) => !names.includes(name));
      const workspace =
        names.includes("workspace") && values.workspace === undefined
          ? { workspace: provider.workspace }
          : {};
      const args = lookUp.args.safeParse({ ...workspace, ...values });
      const issues = [
        ...unknown.map((name) => {
          const near = suggestWord(name, names);
          return {
            path: [name],
            message: `is not an argument of ${lookUp.name}${near ? `. Did you mean ${near}?` : ""}`,
          };
        }),
        ...(args.success ? [] : args.error.issues),
        ...(names.includes("workspace") && args.data?.workspace === undefined && args.success
          ? [
              {
                path: ["workspace"],
                message: workspaceIsMissing,
              },
            ]
          : []),
      ];
      if (issues.length > 0 || !args.success) {
        response.setFailuresList(failures(issues));
        return response;
      }
      const result = await lookUp.read(() => provider.session.client, args.data);
      response.setReturn(toStruct({ ...args.data, ...result }));
      return response;
    }),
    list(call: ServerWritableStream<ListRequest, ListResponse>) {
      void answer(call.request).then(
        (responses) => {
          for (const response of responses) call.write(response);
          call.end();
        },
        (error: unknown) => call.emit("error", serviceError(error)),
      );
    },
  };

  async function answer(request: ListRequest): Promise<ListResponse[]> {
    const kind = kindOfToken(request.getToken());
    const { values } = fromStruct(request.getQuery());
    const response = (fill: (to: ListResponse) => void) => {
      const result = new ListResponse();
      fill(result);
      return result;
    };
    if (hasUnknown(values)) return [response((to) => to.setComputed(new ListResponse.Computed()))];
    const limit = request.getLimit();
    const found = await listIds(provider, kind, values);
    return (limit > 0 ? found.slice(0, limit) : found).map(({ id, name }) =>
      response((to) => {
        const result = new ListResponse.Result();
        result.setId(id);
        result.setName(name);
        to.setResult(result);
      }),
    );
  }
}
