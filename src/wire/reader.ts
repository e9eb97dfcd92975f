/** Reads Protobuf's encoding: https://protobuf.dev/programming-guides/encoding/ */

/** How a field's value is encoded. Groups, 3 and 4, are not in use. */
export const wireTypes = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

const malformed = "The engine sent a message that is not Protobuf.";

export class MessageReader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** A number from 0. Those beyond 2^53, such as a negative one, are not exact. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    throw new Error(malformed);
  }

  double(): number {
    return this.#take(8).readDoubleLE(0);
  }

  readDelimited(): Buffer {
    return this.#take(this.varint());
  }

  text(): string {
    const length = this.varint();
    const begin = this.#at;
    this.#move(length);
    return this.#bytes.toString("utf8", begin, this.#at);
  }

  /** Passes over the value of a field that nobody asks for. */
  skip(wireType: number): void {
    if (wireType === wireTypes.varint) this.varint();
    else if (wireType === wireTypes.fixed64) this.#move(8);
    else if (wireType === wireTypes.delimited) this.#move(this.varint());
    else if (wireType === wireTypes.fixed32) this.#move(4);
    else throw new Error(malformed);
  }

  #take(length: number): Buffer {
    const begin = this.#at;
    this.#move(length);
    return this.#bytes.subarray(begin, this.#at);
  }

  #move(length: number): void {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error(malformed);
  }
}
