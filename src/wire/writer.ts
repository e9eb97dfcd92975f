/** Writes Protobuf's encoding: https://protobuf.dev/programming-guides/encoding/ */

/** The most bytes that a length takes. */
const longestLength = 5;

export class MessageWriter {
  #bytes = Buffer.allocUnsafe(512);
  #at = 0;

  /** What was written. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  /** @param value A whole number from 0. */
  varint(value: number): void {
    this.#reserve(10);
    this.#varint(value);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  writeDelimited(value: Uint8Array): void {
    this.#reserve(longestLength + value.length);
    this.#varint(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.#reserve(longestLength + length);
    this.#varint(length);
    this.#at += this.#bytes.write(value, this.#at);
  }

  /** Writes what has its length before it. */
  writeNested(write: () => void): void {
    this.#reserve(longestLength);
    const begin = this.#at;
    // Most are short: their length takes one byte.
    this.#at += 1;
    write();
    const length = this.#at - begin - 1;
    const more = lengthOf(length) - 1;
    if (more > 0) {
      this.#reserve(more);
      this.#bytes.copyWithin(begin + 1 + more, begin + 1, this.#at);
    }
    this.#at = begin;
    this.#varint(length);
    this.#at += length;
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      this.#bytes[this.#at] = (rest % 0x80) | 0x80;
      this.#at += 1;
    }
    this.#bytes[this.#at] = rest;
    this.#at += 1;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + count));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** The bytes that a length takes. */
function lengthOf(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) count += 1;
  return count;
}
