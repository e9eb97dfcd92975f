/** Values as a report shows them. */
import { z } from "zod";
import { maskedSecret } from "../errors";
import { formatCount } from "../errors/count";
import { digestOf } from "../model/canonical";

/** Characters of one text, at most: a file's content can have any length. */
const maxLength = 4_000;

/** Characters that are shown before the first difference. */
const before = 200;

const json = z.json();
type Json = z.output<typeof json>;

/** A value, or a mask if it is secret. Long texts are cut. */
export function toShownValue(value: unknown, secret: boolean): Json {
  if (secret) return maskedSecret;
  const parsed = json.safeParse(value);
  return parsed.success ? shorten(parsed.data) : String(value);
}

/**
 * The values of one field, to show side by side. Of long texts that begin alike, the part from the first
 * difference is shown. Unset values are omitted.
 */
export function toShownValues<Name extends string>(
  values: Readonly<Partial<Record<Name, unknown>>>,
  secret: boolean,
): Partial<Record<Name, Json>> {
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  const texts = there.flatMap(([, value]) => (typeof value === "string" ? [value] : []));
  const from = !secret && texts.some(({ length }) => length > maxLength) ? startOf(texts) : 0;
  return Object.fromEntries(
    there.map(([name, value]) => [
      name,
      !secret && typeof value === "string" ? cutText(value, from) : toShownValue(value, secret),
    ]),
  ) as Partial<Record<Name, Json>>;
}

/** The beginning of a line shortly before the first difference. */
function startOf(texts: readonly string[]): number {
  const [first = "", ...others] = texts;
  if (others.length === 0) return 0;
  let same = 0;
  while (same < first.length && others.every((text) => text[same] === first[same])) same += 1;
  const near = Math.max(0, same - before);
  // The texts are equal: there is no difference further on.
  if (same === first.length && others.every((text) => text.length === same)) return 0;
  const line = first.lastIndexOf("\n", same - 1) + 1;
  const beginning = first.indexOf("\n", near) + 1;
  return beginning > 0 && beginning <= line ? beginning : toCharacterStart(first, near);
}

function shorten(value: Json): Json {
  if (typeof value === "string") return cutText(value, 0);
  if (Array.isArray(value)) return value.map(shorten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, shorten(held)]));
}

/** The checksum distinguishes texts that only differ after the cut. */
function cutText(text: string, from: number): string {
  if (text.length <= maxLength && from === 0) return text;
  const end = toCharacterStart(text, from + maxLength);
  const start = from > 0 ? `(${formatCount(from, "character")}) …\n` : "";
  const rest = end < text.length ? "…" : "";
  return `${start}${text.slice(from, end)}${rest} (${formatCount(text.length, "character")}, checksum ${digestOf(text).slice(0, 8)})`;
}

/** Moves an index to a boundary between whole characters. */
function toCharacterStart(text: string, at: number): number {
  return /^[\udc00-\udfff]/.test(text.slice(at, at + 1)) ? at - 1 : at;
}
