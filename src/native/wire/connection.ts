/**
 * The server's end of one connection by HTTP/2, for calls that have one message as their content:
 * https://www.rfc-editor.org/rfc/rfc9113
 *
 * Node's own costs a quarter of a plugin's time in a preview: it makes a stream with its events of each call.
 */
import type { Socket } from "node:net";
import {
  contentOf,
  credit,
  errorCodes,
  type Frame,
  FrameReader,
  frame,
  frameFlags,
  frameHead,
  frameTypes,
  headerFrames,
  joined,
  ProtocolError,
  usualFrameSize,
} from "./frames";
import { HeaderError, HeaderReader } from "./headers";

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** Bytes that a client may send before it waits: more than a call may have. */
const ownWindow = 2 ** 30;
const usualWindow = 65_535;
const largestWindow = 2 ** 31 - 1;

/** Bytes of a connection after which the client is told that they were taken. */
const creditStep = 2 ** 24;

/** Bytes of one call's headers, at most. */
const longestHeaders = 2 ** 20;

const settings = { initialWindow: 4, largestFrame: 5 } as const;

/** A call that has arrived. What is answered after the client has gone is lost. */
export interface ArrivedCall {
  readonly path: string;
  readonly body: Buffer;
  /** Answers with headers, content and trailers. */
  respond(headers: Buffer, content: Buffer, trailers: Buffer): void;
  /** Answers with headers alone. */
  end(headers: Buffer): void;
}

interface Stream {
  readonly id: number;
  readonly path: string;
  readonly parts: Buffer[];
  length: number;
  /** Bytes that the client takes of its answer. */
  window: number;
  /** What is not sent of the answer. */
  rest?: Buffer;
  trailers?: Buffer;
}

export class CallConnection {
  readonly #frames = new FrameReader();
  readonly #headers = new HeaderReader();
  readonly #streams = new Map<number, Stream>();
  /** Those whose answers wait for a window. */
  readonly #waiting = new Set<Stream>();
  #lastStream = 0;
  /** What is not read yet of the preface. */
  #preface: Buffer | undefined = preface;
  /** Headers of which more is to come. */
  #open: { readonly frame: Frame; readonly parts: Buffer[]; length: number } | undefined;
  #window = usualWindow;
  #streamWindow = usualWindow;
  #largestFrame = usualFrameSize;
  #taken = 0;
  /** What is to be sent. */
  #ready: Buffer[] = [];

  constructor(
    private readonly socket: Socket,
    /** Bytes of a call's content that are kept. */
    private readonly maxContent: number,
    private readonly onCall: (call: ArrivedCall) => void,
  ) {
    socket.setNoDelay(true);
    // A client that is gone, or none of HTTP/2: nobody is left to tell.
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.once("close", () => {
      this.#streams.clear();
      this.#waiting.clear();
    });
    this.#begin();
  }

  /** Says what this side takes. */
  #begin(): void {
    const content = Buffer.alloc(6);
    content.writeUInt16BE(settings.initialWindow, 0);
    content.writeUInt32BE(ownWindow, 2);
    this.#write([frame(frameTypes.settings, 0, 0, content), credit(ownWindow - usualWindow)]);
  }

  #take(chunk: Buffer): void {
    try {
      const bytes = this.#takePreface(chunk);
      if (bytes) for (const one of this.#frames.read(bytes)) this.#takeFrame(one);
    } catch (error) {
      if (error instanceof HeaderError) this.#fail(errorCodes.compression);
      else if (error instanceof ProtocolError) this.#fail(error.code);
      else throw error;
    }
  }

  #takePreface(chunk: Buffer): Buffer | undefined {
    const expected = this.#preface;
    if (!expected) return chunk;
    const part = chunk.subarray(0, expected.length);
    if (!part.equals(expected.subarray(0, part.length))) throw new ProtocolError();
    if (part.length < expected.length) this.#preface = expected.subarray(part.length);
    else this.#preface = undefined;
    return chunk.subarray(part.length);
  }

  #fail(code: number): void {
    this.socket.removeAllListeners("data").resume();
    const content = Buffer.alloc(8);
    content.writeUInt32BE(this.#lastStream, 0);
    content.writeUInt32BE(code, 4);
    this.#write([frame(frameTypes.goAway, 0, 0, content)]);
    process.nextTick(() => this.socket.destroySoon());
  }

  #takeFrame(one: Frame): void {
    if (this.#open && one.type !== frameTypes.continuation) throw new ProtocolError();
    switch (one.type) {
      case frameTypes.data:
        this.#takeData(one);
        break;
      case frameTypes.headers:
        this.#open = { frame: one, parts: [], length: 0 };
        this.#takeHeaders(one, contentOf(one));
        break;
      case frameTypes.continuation:
        this.#takeHeaders(one, one.content);
        break;
      case frameTypes.settings:
        this.#takeSettings(one);
        break;
      case frameTypes.windowUpdate:
        this.#takeWindow(one);
        break;
      case frameTypes.reset:
        this.#forget(one.stream);
        break;
      case frameTypes.ping:
        if (!(one.flags & frameFlags.ack))
          this.#write([frame(frameTypes.ping, frameFlags.ack, 0, one.content)]);
        break;
      case frameTypes.pushPromise:
        throw new ProtocolError();
    }
  }

  #takeHeaders({ stream, flags }: Frame, content: Buffer): void {
    const open = this.#open;
    if (open?.frame.stream !== stream) throw new ProtocolError();
    open.parts.push(content);
    open.length += content.length;
    if (open.length > longestHeaders) throw new ProtocolError();
    if (!(flags & frameFlags.endHeaders)) return;
    this.#open = undefined;
    // Also of a stream that is over: later ones refer to it.
    const headers = this.#headers.read(joined(open.parts));
    if (stream > this.#lastStream) {
      if (stream % 2 === 0) throw new ProtocolError();
      this.#lastStream = stream;
      const path = headers.get(":path") ?? "";
      this.#streams.set(stream, { id: stream, path, parts: [], length: 0, window: this.#streamWindow });
    }
    if (open.frame.flags & frameFlags.endStream) this.#hand(stream);
  }

  #takeData(one: Frame): void {
    const { stream: id, flags, content } = one;
    if (id === 0 || id > this.#lastStream) throw new ProtocolError();
    this.#taken += content.length;
    if (this.#taken >= creditStep) {
      this.#write([credit(this.#taken)]);
      this.#taken = 0;
    }
    const stream = this.#streams.get(id);
    const part = contentOf(one);
    if (!stream) return;
    stream.length += part.length;
    if (stream.length <= this.maxContent) stream.parts.push(part);
    if (flags & frameFlags.endStream) this.#hand(id);
  }

  /** Gives a call on, once all of it has arrived. */
  #hand(id: number): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    const { path, parts } = stream;
    this.onCall({
      path,
      body: joined(parts),
      respond: (headers, content, trailers) => {
        if (this.#streams.get(id) !== stream) return;
        stream.rest = content;
        stream.trailers = trailers;
        this.#send(stream, headerFrames(id, headers, false, this.#largestFrame));
      },
      end: (headers) => {
        if (this.#streams.get(id) !== stream) return;
        this.#forget(id);
        this.#write(headerFrames(id, headers, true, this.#largestFrame));
      },
    });
  }

  /** Sends what the windows leave room for. */
  #send(stream: Stream, parts: Buffer[] = []): void {
    const { id, trailers } = stream;
    let rest = stream.rest ?? Buffer.alloc(0);
    while (rest.length > 0) {
      const size = Math.min(rest.length, this.#largestFrame, this.#window, stream.window);
      if (size <= 0) break;
      parts.push(frameHead(frameTypes.data, 0, id, size), rest.subarray(0, size));
      this.#window -= size;
      stream.window -= size;
      rest = rest.subarray(size);
    }
    if (rest.length > 0) {
      stream.rest = rest;
      this.#waiting.add(stream);
    } else {
      if (trailers) parts.push(...headerFrames(id, trailers, true, this.#largestFrame));
      this.#forget(id);
    }
    this.#write(parts);
  }

  #sendWaiting(): void {
    for (const stream of [...this.#waiting]) if (this.#window > 0 && stream.window > 0) this.#send(stream);
  }

  #takeSettings({ flags, content }: Frame): void {
    if (flags & frameFlags.ack) return;
    if (content.length % 6 !== 0) throw new ProtocolError(errorCodes.frameSize);
    for (let at = 0; at < content.length; at += 6) {
      const value = content.readUInt32BE(at + 2);
      switch (content.readUInt16BE(at)) {
        case settings.initialWindow:
          if (value > largestWindow) throw new ProtocolError(errorCodes.flowControl);
          for (const stream of this.#streams.values()) stream.window += value - this.#streamWindow;
          this.#streamWindow = value;
          break;
        case settings.largestFrame:
          if (value < usualFrameSize) throw new ProtocolError();
          this.#largestFrame = value;
      }
    }
    this.#write([frame(frameTypes.settings, frameFlags.ack, 0, Buffer.alloc(0))]);
    this.#sendWaiting();
  }

  #takeWindow({ stream: id, content }: Frame): void {
    if (content.length !== 4) throw new ProtocolError(errorCodes.frameSize);
    const more = content.readUInt32BE(0) & largestWindow;
    if (more === 0) throw new ProtocolError();
    const stream = this.#streams.get(id);
    if (stream) stream.window += more;
    else if (id === 0) this.#window += more;
    if (Math.max(this.#window, stream?.window ?? 0) > largestWindow)
      throw new ProtocolError(errorCodes.flowControl);
    this.#sendWaiting();
  }

  #forget(id: number): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    this.#streams.delete(id);
    this.#waiting.delete(stream);
  }

  /** Sends parts, with those of other answers that are ready at the same moment: each write costs a system call. */
  #write(parts: readonly Buffer[]): void {
    if (parts.length === 0) return;
    if (this.#ready.length === 0)
      process.nextTick(() => {
        if (this.socket.writable) this.socket.write(joined(this.#ready));
        this.#ready = [];
      });
    this.#ready.push(...parts);
  }
}
