/** The HTTP server for Bitbucket's deliveries. It answers, and does no work: that takes longer than the service waits. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, UserError } from "../errors";
import type { ListenCounts } from "./counts";
import { type ListenEvent, type ListenScope, nameOfSubject, parseEvent } from "./event";
import type { LogEntry } from "./log";
import { isSignedWith } from "./signature";
import type { Admission } from "./store";

/**
 * The largest body, in bytes. The service sends at most 256 KB:
 * https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks/
 */
export const maxBody = 512 * 1024;

/** Milliseconds for a whole request, and for its headers. The service waits 10 seconds for the answer. */
const requestTime = 10_000;
const headersTime = 5_000;

/** Milliseconds between two lines about refused requests. */
const refusalPause = 10_000;

/** Concurrent connections. */
const maxConnections = 256;

/** Seconds after which a refused delivery may be sent again. */
const retryAfter = "30";

interface ServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The path of the webhook's URL. */
  readonly path: string;
  /** The secret of the webhook. Undefined: signatures are not checked. */
  readonly secret: string | undefined;
  readonly scope: ListenScope;
  readonly accept: (event: ListenEvent) => Promise<Admission>;
  /** The number of events that wait. */
  readonly pending: () => number;
  readonly counts: ListenCounts;
  readonly log: (entry: LogEntry) => void;
  readonly now: () => number;
}

export interface ListenServer {
  readonly url: string;
  /** Takes no further requests, and resolves once those under way are answered. */
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startServer(options: ServerOptions): Promise<ListenServer> {
  const receiver = new Receiver(options);
  const server = createServer(
    { requestTimeout: requestTime, headersTimeout: headersTime, connectionsCheckingInterval: 1_000 },
    (request, response) => void receiver.answer(request, response),
  );
  server.maxConnections = maxConnections;
  await listenOn(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}${options.path}`,
    close: () =>
      new Promise((done) => {
        receiver.isClosing = true;
        server.close(() => done());
        server.closeIdleConnections();
      }),
  };
}

/** @throws {UserError} if the address cannot be used. */
function listenOn(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", (error) =>
      fail(
        new UserError(`Cannot listen on ${host}:${port}: ${error.message}. Use another --port or --host.`),
      ),
    );
    server.listen(port, host, done);
  });
}

class Receiver {
  isClosing = false;
  #lastRefusal = Number.NEGATIVE_INFINITY;
  #unlogged = 0;

  constructor(private readonly options: ServerOptions) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let reply: Reply;
    try {
      reply = await this.#replyTo(request);
    } catch (error) {
      if (response.destroyed) return;
      // Not acknowledged: the service sends it again.
      this.#logRefusal(500, `the event could not be stored: ${messageOf(error)}`);
      reply = { status: 500, text: "not stored" };
    }
    response.writeHead(reply.status, {
      "content-type": "text/plain; charset=utf-8",
      ...reply.headers,
      // Without the rest of a body that was not read, the connection is of no more use.
      ...(request.complete && !this.isClosing ? {} : { connection: "close" }),
    });
    response.end(`${reply.text}\n`);
  }

  async #replyTo(request: IncomingMessage): Promise<Reply> {
    const { options } = this;
    const [path] = (request.url ?? "").split("?");
    if (path === "/healthz" || path === "/metrics") return this.#describe(request, path);
    if (path !== options.path) return this.#refuse(404, "another path");
    if (request.method !== "POST") return this.#refuse(405, "another method than POST", { allow: "POST" });
    if (this.isClosing) return this.#refuse(503, "the listener is stopping", { "retry-after": retryAfter });
    if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
      return this.#refuse(415, "another content type than application/json");
    const body = await readBody(request);
    if (body === undefined) return this.#refuse(413, `a body of more than ${maxBody} bytes`);
    const { secret } = options;
    if (secret !== undefined && !isSignedWith(secret, body, request.headers["x-hub-signature"]))
      return this.#refuse(401, "X-Hub-Signature is missing or wrong");
    const parsed = parseEvent(request.headers, body, options.scope);
    if ("refused" in parsed) return this.#refuse(parsed.status, parsed.refused);
    if ("ignored" in parsed) {
      options.counts.add("ignored");
      return { status: 200, text: `ignored: ${parsed.ignored}` };
    }
    return this.#admit(parsed.event);
  }

  async #admit(event: ListenEvent): Promise<Reply> {
    const { accept, counts, log, now } = this.options;
    const admission = await accept(event);
    const { id, key, attempt } = event;
    const subject = nameOfSubject(event.subject);
    const entry = { at: new Date(now()).toISOString(), id, key, attempt, subject };
    switch (admission) {
      case "accepted":
        counts.add("accepted");
        log({ what: "accepted", ...entry });
        return { status: 200, text: "accepted" };
      case "pending":
      case "handled":
        counts.add("repeated");
        log({ what: "repeated", ...entry, handled: admission === "handled" });
        return { status: 200, text: admission === "handled" ? "handled before" : "accepted before" };
      case "replayed":
        return this.#refuse(409, `a replay of the last event of ${subject} under another id`);
      case "full":
        return this.#refuse(503, "the queue is full", { "retry-after": retryAfter });
    }
  }

  #describe(request: IncomingMessage, path: string): Reply {
    if (request.method !== "GET" && request.method !== "HEAD")
      return this.#refuse(405, "another method than GET", { allow: "GET, HEAD" });
    const pending = this.options.pending();
    if (path === "/metrics")
      return {
        status: 200,
        text: this.options.counts.render(pending).trimEnd(),
        headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
      };
    return {
      status: this.isClosing ? 503 : 200,
      text: JSON.stringify({ status: this.isClosing ? "stopping" : "ok", pending }),
      headers: { "content-type": "application/json" },
    };
  }

  /** The answer tells an unauthenticated sender no more than the status does. */
  #refuse(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): Reply {
    this.#logRefusal(status, reason);
    return { status, text: status === 401 ? "refused" : reason, headers };
  }

  /** Unauthenticated senders must not fill the log. */
  #logRefusal(status: number, reason: string): void {
    const { counts, log, now } = this.options;
    counts.add("refused");
    if (now() - this.#lastRefusal < refusalPause) {
      this.#unlogged += 1;
      return;
    }
    const more = this.#unlogged;
    this.#lastRefusal = now();
    this.#unlogged = 0;
    log({
      what: "refused",
      at: new Date(now()).toISOString(),
      status,
      reason,
      ...(more > 0 ? { more } : {}),
    });
  }
}

/** Undefined if it is too long; then the rest is not read. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBody) return Promise.resolve(undefined);
  const parts: Buffer[] = [];
  let length = 0;
  return new Promise((done, fail) => {
    request.on("data", (part: Buffer) => {
      length += part.length;
      parts.push(part);
      if (length <= maxBody) return;
      request.pause();
      done(undefined);
    });
    request.once("end", () => done(Buffer.concat(parts)));
    request.once("error", fail);
    request.once("aborted", () => fail(new UserError("the sender went away")));
  });
}
