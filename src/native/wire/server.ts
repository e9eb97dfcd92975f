/**
 * Serves calls by gRPC: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 *
 * It takes what the engine and the language hosts send: one message a call, uncompressed, from this machine.
 */
import { createServer, type Socket } from "node:net";
import { type ArrivedCall, CallConnection } from "./connection";
import { encodeHeaders } from "./headers";
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
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    const connection: CallConnection = new CallConnection(
      socket,
      largestMessage + prefixLength,
      (call) => void handle(connection, call, calls.get(call.path), toStatus),
    );
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
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function handle(
  connection: CallConnection,
  call: ArrivedCall,
  work: AnswerCall | undefined,
  toStatus: (error: unknown) => CallStatus,
): Promise<void> {
  try {
    const message = openMessage(call.body);
    if (!work) fail(call, { code: statusCodes.unimplemented, message: "The provider has no such call." });
    else if ("code" in message) fail(call, message);
    else succeed(call, await work(connection, message));
  } catch (error) {
    fail(call, toStatus(error));
  }
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

const successHeaders = encodeHeaders({ ":status": "200", ...contentType });
const successTrailers = encodeHeaders({ "grpc-status": String(statusCodes.ok) });

function succeed(call: ArrivedCall, messages: readonly Uint8Array[]): void {
  call.respond(successHeaders, Buffer.concat(messages.map(closeMessage)), successTrailers);
}

/** A message with its prefix. */
export function closeMessage(message: Uint8Array): Buffer {
  const result = Buffer.allocUnsafe(prefixLength + message.length);
  result[0] = 0;
  result.writeUInt32BE(message.length, 1);
  result.set(message, prefixLength);
  return result;
}

function fail(call: ArrivedCall, { code, message, details }: CallStatus): void {
  call.end(
    encodeHeaders({
      ":status": "200",
      ...contentType,
      "grpc-status": String(code),
      "grpc-message": encodeMessage(message),
      ...(details ? { "grpc-status-details-bin": Buffer.from(details).toString("base64") } : {}),
    }),
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
