/** Warnings of the provider: the engine shows what the provider's process prints as information only. */
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { grpc } from "./grpc";

/** Milliseconds after which the engine is taken for gone. */
const maxWait = 5_000;

let client: EngineClient | undefined;

/** What a line is shown with. */
export interface LineOptions {
  /** The engine's address. Default: what the host gets as its argument. */
  readonly engine?: string | undefined;
  /** The URN of the resource that it is about. */
  readonly urn?: string | undefined;
}

/** Shows a warning to the user, or prints it where no engine takes it. */
export function warn(text: string, options: LineOptions = {}): Promise<void> {
  return show(text, LogSeverity.WARNING, options);
}

/** Shows a line of information, likewise. */
export function inform(text: string, options: LineOptions = {}): Promise<void> {
  return show(text, LogSeverity.INFO, options);
}

/** Shows an error, likewise: the run fails with it. */
export function reportError(text: string, options: LineOptions = {}): Promise<void> {
  return show(text, LogSeverity.ERROR, options);
}

async function show(
  text: string,
  severity: (typeof LogSeverity)[keyof typeof LogSeverity],
  { engine = process.argv[2], urn }: LineOptions,
): Promise<void> {
  try {
    if (!engine || !/:\d+$/.test(engine)) throw new Error("there is no engine");
    client ??= new EngineClient(engine, grpc.credentials.createInsecure());
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(text);
    if (urn !== undefined) request.setUrn(urn);
    await send(client, request);
  } catch {
    console.log(text);
  }
}

function send(to: EngineClient, request: LogRequest): Promise<void> {
  return new Promise((done, fail) => {
    const options = { deadline: Date.now() + maxWait };
    to.log(request, new grpc.Metadata(), options, (error) => (error ? fail(error) : done()));
  });
}
