/** Names for YAML, made from what an object is called in Bitbucket. */
import { unprintable } from "../bitbucket/printable";

/** Longer titles are no names. */
const maxLength = 60;

/** Keys that the loader does not take. */
const refused = new Set(["__proto__", "constructor", "<<"]);

/** A text that can be a name as it is. */
export function titleIn(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > maxLength || !isKey(value)) return undefined;
  return value;
}

export function isKey(text: string): boolean {
  return text.trim() !== "" && text.search(unprintable) < 0 && !refused.has(text);
}

export function hostIn(url: unknown): string {
  return typeof url === "string" && URL.canParse(url) ? new URL(url).host : "webhook";
}

/** Letters, digits, dots and dashes. */
export function plainName(text: string): string {
  const made = text
    .replace(/\*+/g, "all")
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return isKey(made) ? made : "";
}
