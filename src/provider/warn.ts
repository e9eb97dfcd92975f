/** Warnings of the provider: the engine shows what the provider's process prints as information only. */
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

/** What a line is shown with. */
export interface LineOptions {
  /** The engine's address. Default: what the host gets as its argument. */
  readonly engine?: string | undefined;
  /** The URN of the resource that it is about. */
  readonly urn?: string | undefined;
}

/** Shows a warning to the user, or prints it where no engine takes it. */
export function warn(text: string, options: LineOptions = {}): Promise<void> {
  return show(text, "WARNING", options);
}

/** Shows a line of information, likewise. */
export function inform(text: string, options: LineOptions = {}): Promise<void> {
  return show(text, "INFO", options);
}

/** Shows an error, likewise: the run fails with it. */
export function reportError(text: string, options: LineOptions = {}): Promise<void> {
  return show(text, "ERROR", options);
}

async function show(
  text: string,
  severity: "WARNING" | "INFO" | "ERROR",
  { engine = process.argv[2], urn }: LineOptions,
): Promise<void> {
  try {
    if (!engine || !/:\d+$/.test(engine)) throw new Error("there is no engine");
    const { EngineClient, LogRequest, LogSeverity, grpc } = loadProtocol();
    client ??= new EngineClient(engine, grpc.credentials.createInsecure());
    const request = new LogRequest();
    request.setSeverity(LogSeverity[severity]);
    request.setMessage(text);
    if (urn !== undefined) request.setUrn(urn);
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
