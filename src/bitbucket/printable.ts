/**
 * What a terminal must not be sent: it could move the cursor, turn the direction of writing, or hide a part of a text
 * from the one who reads it. This is the one list of it; everything that is shown, written or checked uses it.
 *
 * All of the control characters (`\p{Cc}`), of the characters that change the direction (`\p{Bidi_Control}`) and of
 * those that are invisible (formats, line separators, half characters, and what has no width), but for the few formats
 * that are seen, what joins or chooses pictures within an emoji, and what joins or parts letters of scripts that do so.
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

/** One such character. Tabs and line ends are among them: who lets them pass says so. */
export const unprintable = new RegExp(`(?!${seen}|${joiner}|${betweenLetters}|${selector})${listed}`, "gu");

/** A text with each such character replaced. Line ends stay. */
export function escapeUnprintable(text: string): string {
  return replaceUnprintable(text, "\n", () => "\ufffd");
}

/**
 * A text with each such character replaced by what a function makes of it.
 *
 * @param kept Characters that stay as they are.
 */
export function replaceUnprintable(
  text: string,
  kept: string,
  replacement: (character: string) => string,
): string {
  return text.replace(unprintable, (one) => (kept.includes(one) ? one : replacement(one)));
}

/** As JSON and JavaScript write a character: `\u202e`, and two of them above U+FFFF. */
export function unicodeEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

/** A JSON text that can be printed. It stays the same JSON: outside of its strings there are tabs and line ends only. */
export function escapeUnprintableJson(text: string): string {
  return replaceUnprintable(text, "\n\t\r", unicodeEscape);
}
