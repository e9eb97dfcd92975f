/** The gRPC service that the engine calls: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto */

import type { Server } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { grpc } from "../provider/grpc";
import type { Provider } from "./provider";
import { checkCalls } from "./rpc/check";
import { configCalls } from "./rpc/config";
import { diffCalls } from "./rpc/diff";
import { lookUpCalls } from "./rpc/invoke";
import { mappingCalls } from "./rpc/mapping";
import { pluginCalls } from "./rpc/plugin";
import { readCalls } from "./rpc/read";
import { writeCalls } from "./rpc/write";

/** As the engine's own: a state of thousands of resources may be in one message. */
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
  server.addService(ResourceProviderService, {
    ...pluginCalls(provider),
    ...configCalls(provider),
    ...checkCalls(provider),
    ...diffCalls(provider),
    ...writeCalls(provider),
    ...readCalls(provider),
    ...lookUpCalls(provider),
    ...mappingCalls(),
  });
  const port = await new Promise<number>((done, fail) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? fail(error) : done(bound),
    );
  });
  return { server, port };
}
