/** The calls about resources and the provider's arguments, with all that they need. */
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { ErrorsOnce } from "./once";
import type { Provider } from "./provider";
import { checkCalls } from "./rpc/check";
import { isRemoval, removalCalls } from "./rpc/compiled";
import { configCalls } from "./rpc/config";
import { diffCalls } from "./rpc/diff";
import { lookUpCalls } from "./rpc/invoke";
import { mappingCalls } from "./rpc/mapping";
import { readCalls } from "./rpc/read";
import { serviceError } from "./rpc/serviceError";
import type { Unary } from "./rpc/unary";
import { writeCalls } from "./rpc/write";

export function createCalls(provider: Provider): UntypedServiceImplementation {
  const { list, ...lookUps } = lookUpCalls(provider);
  const calls = {
    ...configCalls(provider),
    ...checkCalls(provider),
    ...diffCalls(provider),
    ...writeCalls(provider),
    ...readCalls(provider),
    ...lookUps,
    ...mappingCalls(),
  };
  return { ...tellOnce(withRemovals(calls, removalCalls(provider))), list };
}

/** The calls, of which those about the deletion of unmanaged objects are answered by others. */
function withRemovals(
  calls: UntypedServiceImplementation,
  removals: UntypedServiceImplementation,
): UntypedServiceImplementation {
  const routed = Object.entries(removals).map(([name, removal]): [string, Unary<unknown, unknown>] => [
    name,
    (request, done) => {
      const call = isRemoval(request.request) ? removal : calls[name];
      (call as Unary<unknown, unknown>)(request, done);
    },
  ]);
  return { ...calls, ...Object.fromEntries(routed) };
}

/** Wraps the calls so that errors about the credential are reported in full only once. */
function tellOnce(calls: UntypedServiceImplementation): UntypedServiceImplementation {
  const once = new ErrorsOnce();
  return Object.fromEntries(
    Object.entries(calls).map(([name, call]): [string, Unary<unknown, unknown>] => [
      name,
      (request, done) =>
        (call as Unary<unknown, unknown>)(request, (error, ...rest) => {
          const cause = error instanceof Object && "cause" in error ? error.cause : undefined;
          const shown = once.shorten(cause);
          done(shown === cause ? error : serviceError(shown), ...rest);
        }),
    ]),
  );
}
