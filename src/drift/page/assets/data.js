/**
 * What the page shows: the report embedded in it as JSON.
 *
 * @typedef {import("../data").PageFinding} Finding
 * @typedef {import("../../model").FieldFinding} FieldFinding
 * @typedef {import("../data").PageData} PageData
 */

/**
 * A case in a word, and what it means.
 *
 * @param {PageData} data
 * @param {string} name
 * @returns {{ word: string, meaning: string }}
 */
export function wordsOf({ words }, name) {
  return words[name] ?? { word: name, meaning: "" };
}

/**
 * `1 finding`, `2 findings`.
 *
 * @param {number} count
 * @param {string} noun
 * @returns {string}
 */
export function countOf(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** @returns {PageData} */
export function readData() {
  return JSON.parse(byId("data").textContent ?? "");
}

/**
 * An element that the page has for sure.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** The same list as in src/bitbucket/printable.ts, which a test compares with this. */
const unprintable =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of them is meant
  /(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arab}\p{Script=Syrc}\p{Script=Mong}\p{Script=Deva}\p{Script=Beng}\p{Script=Guru}\p{Script=Gujr}\p{Script=Orya}\p{Script=Taml}\p{Script=Telu}\p{Script=Knda}\p{Script=Mlym}\p{Script=Sinh}])[\u200c\u200d](?=[\p{Script=Arab}\p{Script=Syrc}\p{Script=Mong}\p{Script=Deva}\p{Script=Beng}\p{Script=Guru}\p{Script=Gujr}\p{Script=Orya}\p{Script=Taml}\p{Script=Telu}\p{Script=Knda}\p{Script=Mlym}\p{Script=Sinh}])|(?<=[\p{Extended_Pictographic}#*0-9])[\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A text as it is, and to be seen as it is: what turns the direction of writing, or is not seen at all, is named. What
 * joins letters and pictures stays.
 *
 * @param {string} text
 * @returns {string}
 */
export function visible(text) {
  return text.replace(unprintable, (one) => {
    if (one === "\n" || one === "\t") return one;
    if (one === "\r") return "␍";
    return `⟨U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/**
 * Makes an element. Texts only ever become text: what is in a report was written by anybody.
 *
 * @param {string} tag A tag, with a class behind a dot.
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const [name = "div", ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(" ");
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  for (const child of children)
    if (child !== undefined) element.append(typeof child === "string" ? visible(child) : child);
  return element;
}

/**
 * A link to another place, where that is a web page.
 *
 * @param {string} url
 * @param {string} text
 * @returns {HTMLElement | undefined}
 */
export function linkTo(url, text) {
  if (!/^https:\/\//.test(url)) return undefined;
  return make("a.button", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

/**
 * @param {unknown} value
 * @returns {string} A value as text. What is not set is empty.
 */
export function textOf(value) {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
}

/**
 * @param {string} iso
 * @param {string} now
 * @returns {string | undefined} How long ago something was: "3 d". Undefined where it has only just been.
 */
export function ageOf(iso, now) {
  const hours = (Date.parse(now) - Date.parse(iso)) / 3_600_000;
  if (hours < 1) return undefined;
  return hours < 48 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} d`;
}
