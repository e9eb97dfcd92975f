/** A proxy in front of an emulator that changes its responses, as if the service differed. */
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export interface Spoiled {
  /** Modified in place. */
  status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  /** Parsed JSON, if there is some. Modified in place, or replaced by the returned one. */
  body: unknown;
}

/** @param spoil Receives each response before the client does. `operation`: method and path. */
export async function startSpoiling(
  target: string,
  spoil: (operation: string, answer: Spoiled) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(target);
  const server = createServer((request, response) => {
    const onward = send({
      hostname,
      port,
      method: request.method,
      path: request.url,
      headers: { ...request.headers, "accept-encoding": "identity" },
    });
    request.pipe(onward);
    onward.on("error", () => request.socket.destroy());
    onward.on("response", (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () => {
        const raw = Buffer.concat(pieces);
        const text = (answer.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw).toString();
        const isJson = /json/.test(answer.headers["content-type"] ?? "") && text !== "";
        const spoiled: Spoiled = {
          status: answer.statusCode ?? 500,
          headers: { ...answer.headers },
          body: isJson ? JSON.parse(text) : text,
        };
        spoil(`${request.method} ${request.url?.split("?")[0]?.replace("/2.0", "")}`, spoiled);
        for (const name of ["content-length", "content-encoding", "transfer-encoding"])
          delete spoiled.headers[name];
        response.writeHead(spoiled.status, spoiled.headers);
        response.end(typeof spoiled.body === "string" ? spoiled.body : JSON.stringify(spoiled.body));
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/2.0`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
