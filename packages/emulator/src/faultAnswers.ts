/** Answers as faults make them. */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Fault } from "./faults";
import { originOf } from "./origin";

export function sendFault(reply: FastifyReply, fault: Fault): FastifyReply {
  const status = fault.status ?? 500;
  if (fault.retryAfter !== undefined) reply.header("retry-after", String(fault.retryAfter));
  if (fault.body !== undefined) return reply.code(status).send(fault.body);
  if (status === 429)
    return reply.code(429).type("text/plain").send("Rate limit for this resource has been exceeded");
  if (status === 502 || status === 503 || status === 504) {
    const title = { 502: "502 Bad Gateway", 503: "503 Service Unavailable", 504: "504 Gateway Time-out" }[
      status
    ];
    return reply
      .code(status)
      .type("text/html")
      .send(`<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`);
  }
  return reply
    .code(status)
    .send({ type: "error", error: { message: "Something went wrong", id: "0123456789abcdef" } });
}

/** The response as damaged by a fault. */
export function damageAnswer(
  payload: unknown,
  faults: readonly Fault[],
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  let text = typeof payload === "string" ? payload : undefined;
  for (const fault of faults) {
    if (fault.kind === "drop-after") {
      request.raw.socket.destroy();
      return payload;
    }
    if (text === undefined) continue;
    if (fault.kind === "truncate") text = text.slice(0, Math.max(1, Math.floor(text.length / 2)));
    if (fault.kind === "drip") {
      reply.removeHeader("content-length");
      return Readable.from(splitSlowly(text, fault.milliseconds ?? 10));
    }
    if (fault.kind === "malformed") text = `${text.slice(0, 5)}}{`;
    if (fault.kind === "next-loops") text = withNext(text, () => `${originOf(request)}${request.url}`);
    if (fault.kind === "next-elsewhere") text = withNext(text, () => "http://elsewhere.example.com/2.0/next");
    if (fault.kind === "next-repeats")
      text = withNext(text, () => repeatPage(`${originOf(request)}${request.url}`));
    if (fault.kind === "no-next") text = withNext(text, () => undefined);
  }
  if (text === undefined) return payload;
  reply.removeHeader("content-length");
  return text;
}

async function* splitSlowly(text: string, milliseconds: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  const length = Math.max(1, Math.ceil(bytes.length / 10));
  for (let start = 0; start < bytes.length; start += length) {
    // The first piece is sent immediately: the body is what is slow.
    if (start > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    yield bytes.subarray(start, start + length);
  }
}

/** The same page under another URL; undefined for a URL that was created here. */
function repeatPage(address: string): string | undefined {
  const url = new URL(address);
  if (url.searchParams.has("page")) return undefined;
  url.searchParams.set("page", "1");
  return url.href;
}

function withNext(text: string, next: () => string | undefined): string {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // A file's content is not a page.
    return text;
  }
  if (typeof answer !== "object" || answer === null || !("values" in answer)) return text;
  const { next: _, ...page } = answer as Record<string, unknown>;
  const link = next();
  return JSON.stringify(link === undefined ? page : { ...page, next: link });
}
