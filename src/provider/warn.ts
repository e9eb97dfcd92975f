/** Warnings of the dynamic provider: the engine shows what the provider's process prints as information only. */
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";

type GrpcMetadata = InstanceType<typeof import("./grpc")["grpc"]["Metadata"]>;

/** Milliseconds after which the engine is taken for gone. */
const maxWait = 5_000;

let client: EngineClient | undefined;

/** gRPC and the engine's messages. They are loaded with the first line: most commands show none. */
function loadProtocol() {
  return {
    ...(require("@pulumi/pulumi/proto/engine_grpc_pb") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb")),
    ...(require("@pulumi/pulumi/proto/engine_pb") as typeof import("@pulumi/pulumi/proto/engine_pb")),
    ...(require("./grpc") as typeof import("./grpc")),
  };
}

/** Shows a warning to the user, or prints it where no engine takes it. The host gets the engine's address as its argument. */
export async function warn(text: string): Promise<void> {
  const [, , engine] = process.argv;
  try {
    if (!engine || !/:\d+$/.test(engine)) throw new Error("there is no engine");
    const { EngineClient, LogRequest, LogSeverity, grpc } = loadProtocol();
    client ??= new EngineClient(engine, grpc.credentials.createInsecure());
    const request = new LogRequest();
    request.setSeverity(LogSeverity.WARNING);
    request.setMessage(text);
    await send(client, request, new grpc.Metadata());
  } catch {
    console.log(text);
  }
}

function send(to: EngineClient, request: LogRequest, metadata: GrpcMetadata): Promise<void> {
  return new Promise((done, fail) => {
    const options = { deadline: Date.now() + maxWait };
    to.log(request, metadata, options, (error) => (error ? fail(error) : done()));
  });
}
