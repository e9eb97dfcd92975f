/** HTTP/2's frames: https://www.rfc-editor.org/rfc/rfc9113#section-6 */

export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const frameFlags = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

/** Why a connection ends. */
export const errorCodes = { protocol: 1, flowControl: 3, frameSize: 6, compression: 9 } as const;

/** What is sent has broken the protocol. */
export class ProtocolError extends Error {
  constructor(readonly code: number = errorCodes.protocol) {
    super();
  }
}

/** Bytes of a frame's content, at most, unless the other side takes more. */
export const usualFrameSize = 16_384;

const headLength = 9;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** 0: it is about the connection. */
  readonly stream: number;
  readonly content: Buffer;
}

/** Takes frames out of what a connection receives. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** @throws {ProtocolError} for one that is longer than was allowed. */
  *read(chunk: Buffer): Generator<Frame> {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= headLength) {
      const length = bytes.readUIntBE(at, 3);
      if (length > usualFrameSize) throw new ProtocolError(errorCodes.frameSize);
      const end = at + headLength + length;
      if (end > bytes.length) break;
      yield {
        type: bytes[at + 3] ?? 0,
        flags: bytes[at + 4] ?? 0,
        stream: bytes.readUInt32BE(at + 5) & 0x7fffffff,
        content: bytes.subarray(at + headLength, end),
      };
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }
}

/** A frame's head, which its content follows. */
export function frameHead(type: number, flags: number, stream: number, length: number): Buffer {
  const head = Buffer.allocUnsafe(headLength);
  head.writeUIntBE(length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return head;
}

export function frame(type: number, flags: number, stream: number, content: Buffer): Buffer {
  return Buffer.concat([frameHead(type, flags, stream, content.length), content]);
}

/** Headers in as many frames as they take. */
export function headerFrames(stream: number, block: Buffer, isEnd: boolean, largest: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at === 0 || at < block.length; at += largest) {
    const part = block.subarray(at, at + largest);
    const type = at === 0 ? frameTypes.headers : frameTypes.continuation;
    const end = at === 0 && isEnd ? frameFlags.endStream : 0;
    const flags = end | (at + largest >= block.length ? frameFlags.endHeaders : 0);
    parts.push(frameHead(type, flags, stream, part.length), part);
  }
  return parts;
}

/** What is in a frame of data or headers beside padding and priority. */
export function contentOf({ type, flags, content }: Frame): Buffer {
  let begin = 0;
  let end = content.length;
  if (flags & frameFlags.padded) {
    end -= content[0] ?? 0;
    begin += 1;
  }
  if (type === frameTypes.headers && flags & frameFlags.priority) begin += 5;
  if (begin > end) throw new ProtocolError();
  return content.subarray(begin, end);
}

/** A frame that lets the other side send more bytes. */
export function credit(count: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeUInt32BE(count, 0);
  return frame(frameTypes.windowUpdate, 0, 0, content);
}

/** Parts as one: most are one. */
export function joined(parts: readonly Buffer[]): Buffer {
  const [only] = parts;
  return only && parts.length === 1 ? only : Buffer.concat(parts);
}
