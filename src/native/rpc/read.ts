/** Read: refreshes a resource in the state, or imports one that is not. */
import type { Kind, Properties } from "../../kinds/kind";
import type { Calls, ResponseOf } from "../../wire/calls";
import { toRefreshedInputs } from "../answers";
import { explainHeldCredential } from "../credential";
import { importObject } from "../import";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";
import { outputsFor, secretsOf, stateFrom, stateInputs } from "../state";
import { kindOfUrn } from "./call";

export function readCalls(provider: Provider): Pick<Calls, "read"> {
  return {
    read: async (request) => {
      const { urn, id } = request;
      const kind = kindOfUrn(urn);
      const { values: inputs, secrets } = fromStruct(request.inputs);
      const { values: outputs, secrets: secretOutputs } = fromStruct(request.properties);
      const marked = new Set([...secrets, ...secretOutputs]);
      if (Object.keys(outputs).length === 0 && Object.keys(inputs).length === 0)
        return response(kind, await importObject(provider, kind, id), marked);
      const state = stateFrom(kind, outputs, request.inputs === undefined ? undefined : stateInputs(inputs));
      const { session } = provider;
      provider.existing.add(urn);
      const current = await explainHeldCredential(provider, async () => {
        await session.prepare();
        return session.lifecycle.read(kind, id, state);
      });
      session.readAhead?.record(kind, id);
      session.guard.recordRefresh(kind, { ...state, id }, current && { ...current.outputs, id: current.id });
      if (!current) session.deleted.record(kind, state);
      return response(
        kind,
        current && {
          ...current,
          inputs: toRefreshedInputs(kind, current.inputs, inputs),
        },
        marked,
      );
    },
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
): ResponseOf<"read"> {
  if (!current) return {};
  const outputs = outputsFor(kind, current.id, current.outputs, current.inputs, current.live);
  return {
    id: current.id,
    properties: toStruct(outputs, secretsOf(kind, outputs, marked)),
    inputs: toStruct(current.inputs, secretsOf(kind, current.inputs, marked)),
    refreshBeforeUpdate: true,
  };
}
