/** Streams responses: files, logs, downloads. */
import type { Readable } from "node:stream";
import { type Dispatcher, request as send } from "undici";
import { UnexpectedResponseError } from "./errors";

export interface DownloadStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The response's bytes. The stream must be read to its end, or destroyed. */
  readonly body: Readable;
}

interface DownloadRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: string;
  readonly dispatcher: Dispatcher;
}

/** Redirects that are followed, at most. */
const maxRedirects = 5;

/** Bytes of an error's text, at most. */
const maxText = 1024 * 1024;

/**
 * Sends a GET and follows redirects. The credential and the other request headers, except the range, are only
 * sent to the first host: downloads are on another one, whose URL is signed.
 *
 * @throws {UnexpectedResponseError} if a redirect leads nowhere, in a circle, or away from TLS.
 */
export async function openWithRedirects(
  first: URL,
  { headers, authorization, dispatcher }: DownloadRequest,
): Promise<DownloadStream> {
  let url = first;
  for (let redirects = 0; ; redirects += 1) {
    const atHome = url.origin === first.origin && url.pathname.startsWith(apiFolder(first));
    const response = await send(url, {
      method: "GET",
      dispatcher,
      headers: {
        accept: "*/*",
        ...(atHome ? headers : rangeOf(headers)),
        "user-agent": "bitbucket-as-code",
        ...(atHome ? { authorization } : {}),
      },
    });
    const answered = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]),
    );
    const { location } = answered;
    if (response.statusCode < 300 || response.statusCode >= 400 || location === undefined)
      return { status: response.statusCode, headers: answered, body: response.body };
    await response.body.dump();
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
    const details = { method: "GET", path: first.pathname, status: response.statusCode };
    if (!next || !/^https?:$/.test(next.protocol))
      throw new UnexpectedResponseError("redirect", "Bitbucket redirects to an invalid URL", details);
    if (url.protocol === "https:" && next.protocol !== "https:")
      throw new UnexpectedResponseError(
        "redirect",
        `Bitbucket redirects to ${next.host} without TLS`,
        details,
      );
    if (redirects >= maxRedirects)
      throw new UnexpectedResponseError("redirect", "Bitbucket redirects in a loop", details);
    url = next;
  }
}

/** The part of the path that makes a server's API: `/2.0/`. */
function apiFolder(url: URL): string {
  return url.pathname.match(/^\/[^/]+\//)?.[0] ?? "/";
}

function rangeOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^(range|if-range)$/i.test(name)));
}

/** The text of a stream, as much as an error message needs. */
export async function readTextStream(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    const bytes = Buffer.from(part as Uint8Array);
    length += bytes.length;
    if (length <= maxText) parts.push(bytes);
  }
  return Buffer.concat(parts).toString("utf8");
}
