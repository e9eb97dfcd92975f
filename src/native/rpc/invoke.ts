/** Invoke and List: look up existing objects. */
import { UserError } from "../../errors";
import type { Properties } from "../../kinds/kind";
import { suggestWord } from "../../model/suggest";
import { hasUnknown } from "../../model/unknown";
import type { Calls, RequestOf, ResponseOf } from "../../wire/calls";
import { listIds } from "../list";
import { type LookUp, lookUps, lookUpToken } from "../lookups";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";
import { kindOfToken } from "./call";
import { failures, workspaceIsMissing } from "./check";
import { invokeCompiled } from "./compiled";

export function lookUpCalls(provider: Provider): Pick<Calls, "invoke" | "list"> {
  return {
    invoke: async (request) =>
      (await invokeCompiled(provider, request)) ?? (await lookUpExisting(provider, request)),
    list: (request) => answerList(provider, request),
  };
}

async function lookUpExisting(
  provider: Provider,
  request: RequestOf<"invoke">,
): Promise<ResponseOf<"invoke">> {
  const lookUp = lookUpOfToken(request.token);
  const { values } = fromStruct(request.args);
  if (hasUnknown(values)) return {};
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
  if (issues.length > 0 || !args.success) return { failures: failures(issues) };
  const result = await lookUp.read(() => provider.session.client, args.data);
  return { return: toStruct({ ...args.data, ...result }) };
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

async function answerList(
  provider: Provider,
  { token, query, limit }: RequestOf<"list">,
): Promise<ResponseOf<"list">[]> {
  const kind = kindOfToken(token);
  const { values } = fromStruct(query);
  if (hasUnknown(values)) return [{ computed: {} }];
  const found = await listIds(provider, kind, values);
  return (limit > 0 ? found.slice(0, limit) : found).map(({ id, name }) => ({ result: { id, name } }));
}
