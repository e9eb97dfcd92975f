/** HPACK, the form of headers in HTTP/2: https://www.rfc-editor.org/rfc/rfc7541 */
import { decodeHuffman } from "./huffman";

/** What every connection begins with: names, and values where they have one. */
const staticTable = `
:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate
`
  .trim()
  .split("\n")
  .map((line): Header => {
    const [name = "", ...value] = line.split(" ");
    return [name, value.join(" ")];
  });

type Header = readonly [name: string, value: string];

/** Bytes of what a connection remembers: the protocol's default. */
const defaultTableSize = 4_096;

/** What each remembered header counts beside its bytes. */
const headerCost = 32;

/** What was sent is no HPACK. */
export class HeaderError extends Error {}

/** Reads the headers of one connection. Each block may refer to what earlier ones said. */
export class HeaderReader {
  /** The newest one first. */
  readonly #remembered: Header[] = [];
  #size = 0;
  #limit = defaultTableSize;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  /** @throws {HeaderError} after which nothing else of the connection can be read. */
  read(block: Buffer): Map<string, string> {
    this.#bytes = block;
    this.#at = 0;
    const headers = new Map<string, string>();
    while (this.#at < block.length) {
      const header = this.#next(block[this.#at] ?? 0);
      if (header) headers.set(header[0], header[1]);
    }
    return headers;
  }

  #next(first: number): Header | undefined {
    if (first >= 0x80) return this.#find(this.#number(7));
    if (first >= 0x40) return this.#remember(this.#literal(6));
    if (first < 0x20) return this.#literal(4);
    const limit = this.#number(5);
    if (limit > defaultTableSize) throw new HeaderError();
    this.#limit = limit;
    this.#evict();
    return undefined;
  }

  #find(index: number): Header {
    const header = staticTable[index - 1] ?? this.#remembered[index - 1 - staticTable.length];
    if (!header) throw new HeaderError();
    return header;
  }

  /** @param bits Of the number that begins it. */
  #literal(bits: number): Header {
    const index = this.#number(bits);
    const name = index === 0 ? this.#text() : this.#find(index)[0];
    return [name, this.#text()];
  }

  #remember(header: Header): Header {
    this.#remembered.unshift(header);
    this.#size += costOf(header);
    this.#evict();
    return header;
  }

  #evict(): void {
    while (this.#size > this.#limit) {
      const last = this.#remembered.pop();
      if (!last) return;
      this.#size -= costOf(last);
    }
  }

  #number(bits: number): number {
    const most = 2 ** bits - 1;
    let value = this.#byte() & most;
    if (value < most) return value;
    for (let factor = 1; factor <= 2 ** 21; factor *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new HeaderError();
  }

  #text(): string {
    const isCoded = (this.#bytes[this.#at] ?? 0) >= 0x80;
    const length = this.#number(7);
    const begin = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new HeaderError();
    if (!isCoded) return this.#bytes.toString("latin1", begin, this.#at);
    const text = decodeHuffman(this.#bytes.subarray(begin, this.#at));
    if (text === undefined) throw new HeaderError();
    return text;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new HeaderError();
    this.#at += 1;
    return byte;
  }
}

function costOf([name, value]: Header): number {
  return name.length + value.length + headerCost;
}

/** Headers that neither side is to remember. Their texts are ASCII. */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [
      Buffer.from([0]),
      ...[name, value].flatMap((text) => [encodeLength(text.length), Buffer.from(text, "latin1")]),
    ]),
  );
}

function encodeLength(length: number): Buffer {
  if (length < 0x7f) return Buffer.from([length]);
  const bytes = [0x7f];
  let rest = length - 0x7f;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
