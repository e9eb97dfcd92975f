/** HPACK's Huffman code, in which clients send texts of headers: https://www.rfc-editor.org/rfc/rfc7541#appendix-B */

/** Bits of each byte's code. The code is canonical: the lengths say all of it. */
const lengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7,
  8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19,
  13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13,
  28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21,
  22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23,
  22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
  25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
];

interface Codes {
  /** The first code of each length. */
  readonly first: readonly number[];
  /** The bytes with codes of each length, in their order. */
  readonly bytes: readonly (readonly number[])[];
}

let known: Codes | undefined;

function codes(): Codes {
  if (known) return known;
  const bytes: number[][] = Array.from({ length: 31 }, () => []);
  for (const [byte, length] of lengths.entries()) bytes[length]?.push(byte);
  const first: number[] = [];
  let code = 0;
  for (const [length, ofLength] of bytes.entries()) {
    code *= 2;
    first[length] = code;
    code += ofLength.length;
  }
  known = { first, bytes };
  return known;
}

/** Returns the text, or undefined if it is not in this code. */
export function decodeHuffman(encoded: Uint8Array): string | undefined {
  const { first, bytes } = codes();
  const result: number[] = [];
  let [code, length] = [0, 0];
  for (const byte of encoded)
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = code * 2 + ((byte >> bit) & 1);
      length += 1;
      if (length > 30) return undefined;
      const found = bytes[length]?.[code - (first[length] ?? 0)];
      if (found === undefined) continue;
      result.push(found);
      [code, length] = [0, 0];
    }
  // The last byte is filled up with ones.
  return length < 8 && code === 2 ** length - 1 ? Buffer.from(result).toString("latin1") : undefined;
}
