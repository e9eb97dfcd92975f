/**
 * Characters that a terminal must not receive: they could move the cursor, change the direction of writing,
 * or hide a part of a text from the reader. This is the only list of them; everything that is displayed,
 * written or checked uses it.
 *
 * It contains all control characters (`\p{Cc}`), the characters that change the direction
 * (`\p{Bidi_Control}`) and the invisible ones (formats, line separators, surrogates, and characters without
 * width), except for the few visible formats, joiners and selectors within an emoji, and joiners in scripts
 * that use them.
 * https://www.unicode.org/reports/tr36/, https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const seen = String.raw`[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]`;
const joiner = String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})`;
const letters = [
  "Arab",
  "Syrc",
  "Mong",
  "Deva",
  "Beng",
  "Guru",
  "Gujr",
  "Orya",
  "Taml",
  "Telu",
  "Knda",
  "Mlym",
  "Sinh",
]
  .map((script) => `\\p{Script=${script}}`)
  .join("");
const betweenLetters = String.raw`(?<=[${letters}])[\u200c\u200d](?=[${letters}])`;
const selector = String.raw`(?<=[\p{Extended_Pictographic}#*0-9])[\ufe0e\ufe0f]`;
const listed = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]`;

/** One such character, including tabs and line ends: callers that allow them must say so. */
export const unprintable = new RegExp(`(?!${seen}|${joiner}|${betweenLetters}|${selector})${listed}`, "gu");

/** A text with each such character escaped. Line ends stay. */
export function escapeUnprintable(text: string): string {
  return replaceUnprintable(text, "\n", () => "\ufffd");
}

/**
 * A text with each such character replaced by a function's result.
 *
 * @param kept Characters that stay unchanged.
 */
export function replaceUnprintable(
  text: string,
  kept: string,
  replacement: (character: string) => string,
): string {
  return text.replace(unprintable, (one) => (kept.includes(one) ? one : replacement(one)));
}

/** Escapes a character as JSON and JavaScript do: `\u202e`, and two of them above U+FFFF. */
export function unicodeEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

/**
 * A JSON text that is safe to print. Its meaning stays the same: outside of its strings there are only tabs
 * and line ends.
 */
export function escapeUnprintableJson(text: string): string {
  return replaceUnprintable(text, "\n\t\r", unicodeEscape);
}
