/**
 * The gRPC service that the engine calls: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 *
 * An engine starts more of these processes than do anything: one for the schema alone, for example. They load only what
 * is here.
 */
import type { Server, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { grpc } from "../provider/grpc";
import type { Provider } from "./provider";
import { pluginCalls } from "./rpc/plugin";

/** The engine's own limit: one message may hold a state of thousands of resources. */
const largestMessage = 400 * 1024 * 1024;

/** The calls of `createCalls`, which is loaded with the first of them. */
export const loadedCalls = [
  "check",
  "checkConfig",
  "configure",
  "create",
  "delete",
  "diff",
  "diffConfig",
  "getMapping",
  "getMappings",
  "invoke",
  "list",
  "read",
  "update",
] as const;

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
    // Statistics that nobody asks for, at every call.
    "grpc.enable_channelz": 0,
  });
  server.addService(ResourceProviderService, callsOf(provider));
  const port = await new Promise<number>((done, fail) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? fail(error) : done(bound),
    );
  });
  return { server, port };
}

/** What the service answers for a provider. */
export function callsOf(provider: Provider): UntypedServiceImplementation {
  return { ...loadCalls(provider), ...pluginCalls(provider) };
}

function loadCalls(provider: Provider): UntypedServiceImplementation {
  let calls: Readonly<Record<string, unknown>> | undefined;
  return Object.fromEntries(
    loadedCalls.map((name) => [
      name,
      (...given: unknown[]) => {
        calls ??= (require("./calls") as typeof import("./calls")).createCalls(provider);
        (calls[name] as (...given: unknown[]) => void)(...given);
      },
    ]),
  );
}
