/**
 * What the page shows: the report that stands in it as JSON.
 *
 * @typedef {import("../../model").Finding} Finding
 * @typedef {import("../../model").FieldFinding} FieldFinding
 * @typedef {import("../data").PageData} PageData
 */

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
  element.append(...children.filter((child) => child !== undefined));
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
 * @returns {string} How long ago something was: "3 d".
 */
export function ageOf(iso, now) {
  const hours = (Date.parse(now) - Date.parse(iso)) / 3_600_000;
  if (hours < 1) return "new";
  return hours < 48 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} d`;
}
