/** The calls about resources and the provider's arguments, with all that they need. */
import { ErrorsOnce } from "../provider/errorsOnce";
import type { CallHandler, Calls } from "../wire/calls";
import type { Provider } from "./provider";
import { checkCalls } from "./rpc/check";
import { isRemoval, removalCalls } from "./rpc/compiled";
import { configCalls } from "./rpc/config";
import { diffCalls } from "./rpc/diff";
import { lookUpCalls } from "./rpc/invoke";
import { mappingCalls } from "./rpc/mapping";
import { readCalls } from "./rpc/read";
import { writeCalls } from "./rpc/write";
import type { Handlers, LoadedCall } from "./service";

export function createCalls(provider: Provider): Pick<Handlers, LoadedCall> {
  const calls: Pick<Calls, LoadedCall> = {
    ...configCalls(provider),
    ...checkCalls(provider),
    ...diffCalls(provider),
    ...writeCalls(provider),
    ...readCalls(provider),
    ...lookUpCalls(provider),
    ...mappingCalls(),
  };
  provider.errors ??= new ErrorsOnce();
  return tellOnce(withRemovals(calls, removalCalls(provider)), provider.errors);
}

/** The calls, of which those about the deletion of unmanaged objects are answered by others. */
function withRemovals(
  calls: Pick<Handlers, LoadedCall>,
  removals: Partial<Handlers>,
): Pick<Handlers, LoadedCall> {
  const routed = Object.entries(removals).map(([name, removal]): [string, CallHandler] => [
    name,
    (request) => (isRemoval(request) ? removal : calls[name as LoadedCall])(request),
  ]);
  return { ...calls, ...Object.fromEntries(routed) };
}

/** Calls about a resource that may send requests. */
const sending = new Set(["diff", "create", "read", "update", "delete"]);

/** Wraps the calls so that errors about the credential are reported in full only once. */
function tellOnce(calls: Pick<Handlers, LoadedCall>, once: ErrorsOnce): Pick<Handlers, LoadedCall> {
  const wrapped = Object.entries(calls).map(([name, call]): [string, CallHandler] => [
    name,
    async (request) => {
      const refusal = sending.has(name) ? once.refusal() : undefined;
      if (refusal) throw refusal;
      try {
        return await call(request);
      } catch (error) {
        throw once.shorten(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Pick<Handlers, LoadedCall>;
}
