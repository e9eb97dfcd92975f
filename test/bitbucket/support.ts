/** A server with scripted responses, and a client that does not wait. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Client, type ClientOptions, createClient, Secret } from "../../src/bitbucket";

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export class Served {
  readonly seen: ReceivedRequest[] = [];
  readonly waits: number[] = [];
  #now = 1_000_000;

  private constructor(
    private readonly server: Server,
    readonly client: Client,
    readonly origin: string,
  ) {}

  /** @param answers One for each request; the last one repeats. */
  static async start(answers: readonly Answer[], options: Partial<ClientOptions> = {}): Promise<Served> {
    let served: Served | undefined;
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        const index = served?.seen.length ?? 0;
        served?.seen.push({
          method: request.method ?? "",
          url: request.url ?? "",
          authorization: request.headers.authorization,
          body,
        });
        answers[Math.min(index, answers.length - 1)]?.(request, response, body);
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = createClient({
      credentials: { type: "api-token", email: "jo@acme.example", token: new Secret("the-token") },
      baseUrl: `${origin}/2.0`,
      random: () => 1,
      now: () => served?.now() ?? 0,
      sleep: async (milliseconds) => served?.pass(milliseconds),
      ...options,
    });
    served = new Served(server, client, origin);
    return served;
  }

  now(): number {
    return this.#now;
  }

  pass(milliseconds: number): void {
    this.waits.push(milliseconds);
    this.#now += milliseconds;
  }

  async close(): Promise<void> {
    await this.client.close().catch(() => {});
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "text/plain", ...headers });
    response.end(body);
  };
}

/** The connection is closed before any response. */
export const drop: Answer = (request) => void request.socket.destroy();
