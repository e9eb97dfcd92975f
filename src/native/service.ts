/**
 * The gRPC service that the engine calls: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 *
 * An engine starts more of these processes than do anything: one for the schema alone, for example. They load only what
 * is here.
 */
import type { Server, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { grpc } from "../provider/grpc";
import { Provider } from "./provider";
import { pluginCalls } from "./rpc/plugin";
import { serviceError } from "./rpc/serviceError";

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

type PeerCall = Pick<ServerUnaryCall<unknown, unknown>, "getPeer">;
type Done = (error: unknown) => void;
type CallHandler = (call: PeerCall, done: Done) => void;

/** What a provider answers to each call, by the call's name. */
export type Handlers = Readonly<Record<string, CallHandler>>;

/** Returns the handlers of the provider that a call is for, by the other end of its connection and the call's name. */
export type FindHandlers = (peer: string, name: string) => Handlers;

/** Serves providers on a port of their own, for this machine only. */
export async function serve(find: FindHandlers): Promise<Serving> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": largestMessage,
    "grpc.max_send_message_length": largestMessage,
    // Statistics that nobody asks for, at every call.
    "grpc.enable_channelz": 0,
  });
  server.addService(ResourceProviderService, routeCalls(find));
  const port = await new Promise<number>((done, fail) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? fail(error) : done(bound),
    );
  });
  return { server, port };
}

function routeCalls(find: FindHandlers): UntypedServiceImplementation {
  const route = (name: string): CallHandler => {
    return (call, done) => {
      let handlers: Handlers;
      try {
        handlers = find(call.getPeer(), name);
      } catch (error) {
        done(serviceError(error));
        return;
      }
      handlers[name]?.(call, done);
    };
  };
  const names = Object.keys(callsOf(new Provider()));
  return Object.fromEntries(names.map((name) => [name, route(name)])) as UntypedServiceImplementation;
}

/** What a provider answers. */
export function callsOf(provider: Provider): Handlers {
  let calls: UntypedServiceImplementation | undefined;
  const loaded = loadedCalls.map((name): [string, CallHandler] => [
    name,
    (...given) => {
      calls ??= (require("./calls") as typeof import("./calls")).createCalls(provider);
      (calls[name] as CallHandler)(...given);
    },
  ]);
  return { ...Object.fromEntries(loaded), ...(pluginCalls(provider) as unknown as Handlers) };
}
