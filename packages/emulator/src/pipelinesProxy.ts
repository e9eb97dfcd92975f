/**
 * The proxy on port 29418 of a Pipelines step. It accepts plain HTTP requests for api.bitbucket.org, and adds
 * the step's own credential to those for Code Insights reports. All other requests are forwarded without one,
 * and refused like anonymous ones.
 * https://support.atlassian.com/bitbucket-cloud/docs/code-insights/
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface PipelinesProxy {
  readonly url: string;
  close(): Promise<void>;
}

export interface PipelinesProxyOptions {
  /** The API behind it: {@link Emulator.url}. */
  readonly api: string;
  /** `acme/infrastructure`: the repository of the step. */
  readonly repository: string;
  /** A Bearer credential of that repository. */
  readonly token: string;
  readonly port?: number;
}

const host = "api.bitbucket.org";

export async function startPipelinesProxy(options: PipelinesProxyOptions): Promise<PipelinesProxy> {
  const reports = new RegExp(`^/2\\.0/repositories/${options.repository}/commit/[^/]+/reports(/|$)`);
  const server = createServer(async (request, response) => {
    const target = URL.canParse(request.url ?? "") ? new URL(request.url ?? "") : undefined;
    if (target?.protocol !== "http:" || target.hostname !== host) {
      response.writeHead(400).end("This proxy takes requests for http://api.bitbucket.org");
      return;
    }
    const body = await bodyOf(request);
    const {
      authorization: _,
      host: __,
      connection: ___,
      "content-length": ____,
      ...headers
    } = request.headers;
    const answer = await fetch(`${new URL(options.api).origin}${target.pathname}${target.search}`, {
      method: request.method ?? "GET",
      headers: {
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        ...(reports.test(target.pathname) ? { authorization: `Bearer ${options.token}` } : {}),
      },
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const text = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    response.end(text);
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
