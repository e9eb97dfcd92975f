/** Reads a file line by line, without loading it whole. */
import { StringDecoder } from "node:string_decoder";
import type { LogicalLine } from "./finding";

/** Characters of one line, at most: longer ones are checked in pieces. */
const maxLength = 65_536;
/** Lines that one logical line may span. */
const maxContinued = 50;
/** Bytes in which a zero marks a binary file. */
const sniffed = 8_192;

/** Yields the logical lines of a text that arrives in chunks; none if it is binary. */
export async function* logicalLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogicalLine> {
  let held: { number: number; text: string; count: number } | undefined;
  let raw = "";
  let number = 0;
  const take = (text: string): LogicalLine | undefined => {
    number += 1;
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    const goesOn = /(^|[^\\])\\$/.test(line) && (held?.count ?? 0) < maxContinued;
    const joined = held ? `${held.text} ${line.trimStart()}` : line;
    const first = held?.number ?? number;
    if (goesOn && joined.length < maxLength) {
      held = { number: first, text: joined.slice(0, -1), count: (held?.count ?? 0) + 1 };
      return undefined;
    }
    held = undefined;
    return { number: first, text: joined };
  };
  let seen = 0;
  const decoder = new StringDecoder("utf8");
  for await (const chunk of chunks) {
    if (seen < sniffed && chunk.subarray(0, sniffed - seen).includes(0)) return;
    seen += chunk.length;
    raw += decoder.write(chunk);
    const parts = raw.split("\n");
    raw = parts.pop() ?? "";
    for (const part of parts) {
      const line = take(part);
      if (line) yield line;
    }
    // An endless line must not fill the memory; the pieces overlap, so that nothing is missed between them.
    while (raw.length > maxLength) {
      yield { number: number + 1, text: raw.slice(0, maxLength) };
      raw = raw.slice(maxLength - 512);
    }
  }
  raw += decoder.end();
  if (raw !== "" || held) {
    const line = take(raw);
    if (line) yield line;
    else if (held) yield { number: held.number, text: held.text };
  }
}
