/** Invoke and List: look up existing objects. */
import type { ServerWritableStream } from "@grpc/grpc-js";
import {
  type InvokeRequest,
  InvokeResponse,
  type ListRequest,
  ListResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { UserError } from "../../errors";
import type { Properties } from "../../kinds/kind";
import { suggestWord } from "../../model/suggest";
import { hasUnknown } from "../../model/unknown";
import { listIds } from "../list";
import { type LookUp, lookUps, lookUpToken } from "../lookups";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";
import { kindOfToken } from "./call";
import { failures, workspaceIsMissing } from "./check";
import { invokeCompiled } from "./compiled";
import { serviceError } from "./serviceError";
import { unary } from "./unary";

export function lookUpCalls(provider: Provider) {
  return {
    invoke: unary(
      async (request: InvokeRequest) =>
        (await invokeCompiled(provider, request)) ?? (await lookUpExisting(provider, request)),
    ),
    list(call: ServerWritableStream<ListRequest, ListResponse>) {
      void answerList(provider, call.request).then(
        (responses) => {
          for (const response of responses) call.write(response);
          call.end();
        },
        (error: unknown) => call.emit("error", serviceError(error)),
      );
    },
  };
}

async function lookUpExisting(provider: Provider, request: InvokeRequest): Promise<InvokeResponse> {
  const lookUp = lookUpOfToken(request.getTok());
  const { values } = fromStruct(request.getArgs());
  const response = new InvokeResponse();
  if (hasUnknown(values)) return response;
  const usesWorkspace = "workspace" in lookUp.args.shape;
  const workspace = usesWorkspace && values.workspace === undefined ? { workspace: provider.workspace } : {};
  const args = lookUp.args.safeParse({ ...workspace, ...values });
  const issues = [
    ...unknownArguments(lookUp, values),
    ...(args.success ? [] : args.error.issues),
    ...(usesWorkspace && args.success && args.data.workspace === undefined
      ? [{ path: ["workspace"], message: workspaceIsMissing }]
      : []),
  ];
  if (issues.length > 0 || !args.success) {
    response.setFailuresList(failures(issues));
    return response;
  }
  const result = await lookUp.read(() => provider.session.client, args.data);
  response.setReturn(toStruct({ ...args.data, ...result }));
  return response;
}

function lookUpOfToken(token: string): LookUp {
  const lookUp = lookUps.find((one) => lookUpToken(one) === token);
  if (lookUp) return lookUp;
  const near = suggestWord(token, lookUps.map(lookUpToken));
  throw new UserError(`There is no function ${token}.${near === undefined ? "" : ` Did you mean ${near}?`}`);
}

function unknownArguments({ name: lookUp, args }: LookUp, values: Properties) {
  const names = Object.keys(args.shape);
  return Object.keys(values)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const near = suggestWord(name, names);
      const hint = near ? `. Did you mean ${near}?` : "";
      return { path: [name], message: `is not an argument of ${lookUp}${hint}` };
    });
}

async function answerList(provider: Provider, request: ListRequest): Promise<ListResponse[]> {
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
