/**
 * A proxy in front of an emulator: it forwards everything, byte by byte, and shows each exchange to a
 * callback.
 */
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import type { Exchange } from "../openapi/exchange";
import { decoded } from "./decoded";

export interface Proxy {
  readonly origin: string;
  close(): Promise<void>;
}

/** @param seen Called for a response before its last bytes are sent to the client. */
export async function startProxy(target: string, seen: (exchange: Exchange) => void): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const requestBody: Buffer[] = [];
    const onward = send({
      hostname,
      port,
      agent,
      method: request.method,
      path: request.url,
      // With the proxy's own Host: links in responses lead through it as well.
      headers: request.headers,
    });
    request.on("data", (chunk: Buffer) => requestBody.push(chunk));
    request.pipe(onward);
    response.on("close", () => onward.destroy());
    // A connection that is lost there is lost here.
    onward.on("error", () => request.socket.destroy());
    onward.on("response", (answer) =>
      pass(answer, response, (body) =>
        seen({
          method: request.method ?? "",
          url: request.url ?? "",
          requestHeaders: request.headers,
          requestBody: Buffer.concat(requestBody),
          status: answer.statusCode ?? 0,
          responseHeaders: answer.headers,
          responseBody: decoded(answer.headers, body),
        }),
      ),
    );
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((done) => {
        agent.destroy();
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** The last piece waits until the whole response has been checked. */
function pass(answer: IncomingMessage, response: ServerResponse, whole: (body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
  response.flushHeaders();
  answer.on("data", (piece: Buffer) => {
    const before = pieces.at(-1);
    if (before) response.write(before);
    pieces.push(piece);
  });
  answer.on("aborted", () => response.socket?.destroy());
  answer.on("end", () => {
    whole(Buffer.concat(pieces));
    response.end(pieces.at(-1));
  });
}
