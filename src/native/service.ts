/** The gRPC service that the engine calls: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto */

import type { Server, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { grpc } from "../provider/grpc";
import { ErrorsOnce } from "./once";
import type { Provider } from "./provider";
import type { Unary } from "./rpc/call";
import { checkCalls } from "./rpc/check";
import { isRemoval, removalCalls } from "./rpc/compiled";
import { configCalls } from "./rpc/config";
import { diffCalls } from "./rpc/diff";
import { serviceError } from "./rpc/error";
import { lookUpCalls } from "./rpc/invoke";
import { mappingCalls } from "./rpc/mapping";
import { pluginCalls } from "./rpc/plugin";
import { readCalls } from "./rpc/read";
import { writeCalls } from "./rpc/write";

/** The engine's own limit: one message may hold a state of thousands of resources. */
const largestMessage = 400 * 1024 * 1024;

/** A running service. */
export interface Serving {
  readonly server: Server;
  readonly port: number;
}

/** Serves a provider on a port of its own, for this machine only. */
export async function serve(provider: Provider): Promise<Serving> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": largestMessage,
    "grpc.max_send_message_length": largestMessage,
  });
  const { list, ...lookUps } = lookUpCalls(provider);
  const calls = {
    ...pluginCalls(provider),
    ...configCalls(provider),
    ...checkCalls(provider),
    ...diffCalls(provider),
    ...writeCalls(provider),
    ...readCalls(provider),
    ...lookUps,
    ...mappingCalls(),
  };
  server.addService(ResourceProviderService, {
    ...tellOnce(withRemovals(calls, removalCalls(provider))),
    list,
  });
  const port = await new Promise<number>((done, fail) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? fail(error) : done(bound),
    );
  });
  return { server, port };
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
