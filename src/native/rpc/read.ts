/** Read: refreshes a resource in the state, or imports one that is not. */
import { type ReadRequest, ReadResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Kind, Properties } from "../../kinds/kind";
import { toRefreshedInputs } from "../answers";
import { importObject } from "../import";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";
import { outputsFor, secretsOf, stateFrom, stateInputs } from "../state";
import { kindOfUrn } from "./call";
import { unary } from "./unary";

export function readCalls(provider: Provider) {
  return {
    read: unary(async (request: ReadRequest) => {
      const kind = kindOfUrn(request.getUrn());
      const id = request.getId();
      const { values: inputs, secrets } = fromStruct(request.getInputs());
      const { values: outputs, secrets: secretOutputs } = fromStruct(request.getProperties());
      const marked = new Set([...secrets, ...secretOutputs]);
      if (Object.keys(outputs).length === 0 && Object.keys(inputs).length === 0)
        return response(kind, await importObject(provider, kind, id), marked);
      const state = stateFrom(kind, outputs, request.hasInputs() ? stateInputs(inputs) : undefined);
      const { session } = provider;
      provider.existing.add(request.getUrn());
      const current = await session.lifecycle.read(kind, id, state);
      session.guard.recordRefresh(kind, { ...state, id }, current && { ...current.outputs, id: current.id });
      return response(
        kind,
        current && {
          ...current,
          inputs: toRefreshedInputs(kind, current.inputs, inputs),
        },
        marked,
      );
    }),
  };
}

/** A response without an id tells the engine that the object is gone. */
function response(
  kind: Kind,
  current:
    | {
        readonly id: string;
        readonly inputs: Properties;
        readonly outputs: Properties;
        readonly live?: Properties;
      }
    | undefined,
  marked: ReadonlySet<string>,
): ReadResponse {
  const result = new ReadResponse();
  if (!current) return result;
  const outputs = outputsFor(kind, current.id, current.outputs, current.inputs, current.live);
  result.setId(current.id);
  result.setProperties(toStruct(outputs, secretsOf(kind, outputs, marked)));
  result.setInputs(toStruct(current.inputs, secretsOf(kind, current.inputs, marked)));
  result.setRefreshBeforeUpdate(true);
  return result;
}
