/**
 * Serves calls by gRPC over Node's HTTP/2: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 *
 * It takes what the engine and the language hosts send: one message a call, uncompressed, from this machine.
 */
import { createServer, type Http2Session, type ServerHttp2Stream } from "node:http2";
import { type CallStatus, statusCodes } from "./status";

/** The engine's own limit: one message may hold a state of thousands of resources. */
const largestMessage = 400 * 1024 * 1024;

/** Bytes before each message: whether it is compressed, and its length. */
const prefixLength = 5;

export const contentType = { "content-type": "application/grpc+proto" } as const;

/**
 * Answers a call with messages.
 *
 * @param connection Stands for the connection that the call came by.
 * @throws What `toStatus` makes a status of.
 */
export type AnswerCall = (connection: object, body: Uint8Array) => Promise<readonly Uint8Array[]>;

/** A running server. */
export interface Serving {
  readonly port: number;
  /** Closes all connections at once. */
  close(): void;
}

/**
 * Serves on a port of its own, for this machine only.
 *
 * @param calls By path: `/pulumirpc.ResourceProvider/Check`.
 */
export async function serveCalls(
  calls: ReadonlyMap<string, AnswerCall>,
  toStatus: (error: unknown) => CallStatus,
): Promise<Serving> {
  const sessions = new Set<Http2Session>();
  const server = createServer({
    settings: { enablePush: false },
    maxSendHeaderBlockLength: Number.MAX_SAFE_INTEGER,
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  // A peer that is gone, or no engine: nobody is left to tell.
  server.on("sessionError", () => {});
  server.on("stream", (stream, headers) => {
    const work = calls.get(String(headers[":path"]));
    void handle(stream, work, toStatus);
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The provider listens on no port.");
  return {
    port: address.port,
    close: () => {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
}

async function handle(
  stream: ServerHttp2Stream,
  work: AnswerCall | undefined,
  toStatus: (error: unknown) => CallStatus,
): Promise<void> {
  // The caller may be gone before its answer.
  stream.on("error", () => {});
  const connection = stream.session;
  try {
    const body = await readBody(stream);
    if (body === undefined || connection === undefined) return;
    const message = openMessage(body);
    if (!work) fail(stream, { code: statusCodes.unimplemented, message: "The provider has no such call." });
    else if ("code" in message) fail(stream, message);
    else succeed(stream, await work(connection, message));
  } catch (error) {
    fail(stream, toStatus(error));
  }
}

/** What was sent; undefined if the caller has gone. */
function readBody(stream: ServerHttp2Stream): Promise<Buffer | undefined> {
  return new Promise((done) => {
    const parts: Buffer[] = [];
    let length = 0;
    stream.on("data", (part: Buffer) => {
      length += part.length;
      if (length <= largestMessage + prefixLength) parts.push(part);
    });
    stream.once("end", () => {
      const [only] = parts;
      done(only && parts.length === 1 ? only : Buffer.concat(parts));
    });
    stream.once("close", () => done(undefined));
  });
}

function openMessage(body: Buffer): Buffer | CallStatus {
  if (body.length < prefixLength) return { code: statusCodes.internal, message: "The call has no message." };
  if (body[0] !== 0) return { code: statusCodes.unimplemented, message: "The call's message is compressed." };
  const end = prefixLength + body.readUInt32BE(1);
  if (end !== body.length)
    return end > largestMessage
      ? {
          code: statusCodes.resourceExhausted,
          message: "The call's message is larger than 400 MB.",
        }
      : { code: statusCodes.internal, message: "The call's message is not complete." };
  return body.subarray(prefixLength);
}

function succeed(stream: ServerHttp2Stream, messages: readonly Uint8Array[]): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ":status": 200, ...contentType }, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(statusCodes.ok) }));
  const parts = messages.map(closeMessage);
  const [only] = parts;
  stream.end(only && parts.length === 1 ? only : Buffer.concat(parts));
}

/** A message with its prefix. */
export function closeMessage(message: Uint8Array): Buffer {
  const result = Buffer.allocUnsafe(prefixLength + message.length);
  result[0] = 0;
  result.writeUInt32BE(message.length, 1);
  result.set(message, prefixLength);
  return result;
}

function fail(stream: ServerHttp2Stream, { code, message, details }: CallStatus): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond(
    {
      ":status": 200,
      ...contentType,
      "grpc-status": String(code),
      "grpc-message": encodeMessage(message),
      ...(details ? { "grpc-status-details-bin": Buffer.from(details).toString("base64") } : {}),
    },
    { endStream: true },
  );
}

/** A text as a header's value: what is not printable ASCII is escaped byte by byte, and so is a space at an end. */
function encodeMessage(text: string): string {
  return Buffer.from(text)
    .toString("latin1")
    .replace(
      /^ | $|[^ -$&-~]/g,
      (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    );
}
