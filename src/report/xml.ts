/** XML, as JUnit reports have it. */
import { replaceLoneSurrogates } from "./text";

/** Text that XML 1.0 can hold: https://www.w3.org/TR/xml/#charsets */
export function xmlText(value: string): string {
  return replaceLoneSurrogates(value)
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

export function xmlAttribute(value: string): string {
  return xmlText(value)
    .replace(/"/g, "&quot;")
    .replace(/[\n\t]/g, " ");
}
