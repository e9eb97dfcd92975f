/** Values as a report may hold them. */
import { z } from "zod";
import { masked } from "./model";

/** Characters of one text, at most: a file's content may be of any length. */
const longest = 4_000;

const json = z.json();

/** A value, or the mask of a secret one. Long texts are cut. */
export function shown(value: unknown, secret: boolean): z.output<typeof json> {
  if (secret) return masked;
  const parsed = json.safeParse(value);
  return parsed.success ? cut(parsed.data) : String(value);
}

function cut(value: z.output<typeof json>): z.output<typeof json> {
  if (typeof value === "string")
    return value.length > longest ? `${value.slice(0, longest)}… (${value.length} characters)` : value;
  if (Array.isArray(value)) return value.map(cut);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, cut(held)]));
}
