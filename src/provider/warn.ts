/** Warnings of the provider: the engine shows what the provider's process prints as information only. */
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { grpc } from "./grpc";

/** Milliseconds after which the engine is taken for gone. */
const maxWait = 5_000;

let client: EngineClient | undefined;

/**
 * Shows a warning to the user, or prints it where no engine takes it.
 *
 * @param engine The engine's address, which the host gets as its argument.
 */
export async function warn(text: string, engine: string | undefined = process.argv[2]): Promise<void> {
  await logToEngine({ severity: "warn", text }, engine);
}

/** A message for the user. */
export interface LogMessage {
  readonly severity: "info" | "warn" | "error";
  readonly text: string;
  /** The URN of the resource that it is about. */
  readonly urn?: string | undefined;
}

const severities = {
  info: LogSeverity.INFO,
  warn: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
} as const;

/** Shows a message to the user, or prints it where no engine takes it. */
export async function logToEngine(
  { severity, text, urn }: LogMessage,
  engine: string | undefined,
): Promise<void> {
  try {
    if (!engine || !/:\d+$/.test(engine)) throw new Error("there is no engine");
    client ??= new EngineClient(engine, grpc.credentials.createInsecure());
    const request = new LogRequest();
    request.setSeverity(severities[severity]);
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
