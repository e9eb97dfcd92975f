/**
 * Shows lines to the user through the engine: what a provider prints is among its debug messages, or is information only. By
 * Node's HTTP/2, as the server of calls: gRPC and the engine's messages would take a fifth of a second to load, at the end of each run.
 */
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { logRequest, logSeverities } from "./messages";
import { closeMessage, contentType } from "./server";
import { statusCodes } from "./status";

/** Milliseconds after which the engine is taken for gone. */
const maxWait = 5_000;

/** What a line is shown with. */
export interface LineOptions {
  /** The engine's address, `host:port`. */
  readonly engine: string | undefined;
  /** The URN of the resource that it is about. */
  readonly urn?: string | undefined;
}

/** By address: a process of a command serves the engines of several shards. */
const sessions = new Map<string, ClientHttp2Session>();

/** Shows a warning to the user, or prints it where no engine takes it. */
export function warn(text: string, options: LineOptions): Promise<void> {
  return show(text, "warning", options);
}

/** Shows a line of information, likewise. */
export function inform(text: string, options: LineOptions): Promise<void> {
  return show(text, "info", options);
}

/** Shows an error, likewise: the run fails with it. */
export function reportError(text: string, options: LineOptions): Promise<void> {
  return show(text, "error", options);
}

async function show(
  text: string,
  severity: keyof typeof logSeverities,
  { engine, urn = "" }: LineOptions,
): Promise<void> {
  const message = logRequest.encode({ severity: logSeverities[severity], message: text, urn });
  const isTold = engine !== undefined && /:\d+$/.test(engine) && (await send(engine, message));
  if (!isTold) console.log(text);
}

/** Returns whether the engine has taken it. */
function send(engine: string, message: Buffer): Promise<boolean> {
  return new Promise((done) => {
    let status: unknown;
    const stream = sessionWith(engine).request({
      ":method": "POST",
      ":path": "/pulumirpc.Engine/Log",
      te: "trailers",
      ...contentType,
    });
    const note = (headers: Readonly<Record<string, unknown>>) => {
      status = headers["grpc-status"] ?? status;
    };
    stream.on("response", note).on("trailers", note);
    // What is wrong with the connection closes the stream.
    stream.on("error", () => {});
    stream.once("close", () => done(status === String(statusCodes.ok)));
    stream.setTimeout(maxWait, () => stream.close(constants.NGHTTP2_CANCEL));
    stream.resume();
    stream.end(closeMessage(message));
  });
}

function sessionWith(engine: string): ClientHttp2Session {
  const open = sessions.get(engine);
  if (open && !open.closed && !open.destroyed) return open;
  const session = connect(`http://${engine}`);
  session.on("error", () => {});
  session.unref();
  sessions.set(engine, session);
  return session;
}
