/** One finding in detail: its facts, its location, and each field side by side. */
import { ageOf, linkTo, make, textOf, visible, wordsOf } from "./data.js";
import { folded, partsDiff, textDiff } from "./diff.js";

/**
 * @typedef {import("./data.js").Finding} Finding
 * @typedef {import("./data.js").FieldFinding} FieldFinding
 * @typedef {import("./data.js").PageData} PageData
 * @typedef {{ label: string, value: unknown, tone: string }} Side
 */

/**
 * @param {Finding} finding
 * @param {PageData} data
 * @param {() => void} back
 * @returns {Node[]}
 */
export function detailOf(finding, data, back) {
  const { report } = data;
  const where = [finding.project, finding.repository].filter((name) => name !== undefined).join(" / ");
  const close = make("button.button.back", { type: "button" }, "← All findings");
  close.addEventListener("click", back);
  const link = finding.link === undefined ? undefined : linkTo(finding.link, "Open in Bitbucket ↗");
  return [
    close,
    make(
      "div.badges",
      {},
      make(`span.badge.tone-${finding.severity}`, {}, finding.severity),
      make(`span.badge.tone-${finding.case}`, {}, wordsOf(data, finding.case).word),
    ),
    make("h2", {}, make("bdi", { dir: "ltr" }, finding.name)),
    make(
      "p.where",
      {},
      `${finding.title} in `,
      make("bdi", { dir: "ltr" }, where === "" ? `the workspace ${report.workspace}` : where),
    ),
    ...(link ? [make("div.actions", {}, link)] : []),
    facts(finding, data),
    ...finding.fields.map((field) => fieldOf(field, finding)),
    ...(finding.snippet ? [snippetOf(finding.snippet)] : []),
  ];
}

/**
 * @param {Finding} finding
 * @param {PageData} data
 * @returns {HTMLElement}
 */
function facts(finding, data) {
  const lines = finding.facts ?? driftFacts(finding, data);
  return make(
    "dl.facts",
    {},
    ...lines.flatMap(([term, text]) =>
      text === undefined ? [] : [make("dt", {}, term), make("dd", {}, text)],
    ),
  );
}

/**
 * @param {Finding} finding
 * @param {PageData} data
 * @returns {[string, string | undefined][]}
 */
function driftFacts(finding, data) {
  const { report, operations } = data;
  const { position, note, scopes, since, operation, within } = finding;
  const cause = within === undefined ? undefined : report.findings.find(({ id }) => id === within);
  return [
    ["Meaning", wordsOf(data, finding.case).meaning],
    [
      "Next apply",
      operation ? operations[operation] : finding.case === "unreadable" ? undefined : "no change",
    ],
    ["In YAML", position && `${position.file}:${position.line}`],
    ["Because", cause && `${cause.title} ${cause.name}: ${wordsOf(data, cause.case).word}`],
    ["First seen", since && seenText(since, report.at)],
    ["Missing scopes", scopes?.join(", ")],
    ["Note", note],
  ];
}

/**
 * @param {NonNullable<Finding["snippet"]>} snippet
 * @returns {HTMLElement}
 */
function snippetOf({ title, text }) {
  return make(
    "section.field",
    { "aria-label": title },
    make("header", {}, make("h3", {}, title)),
    make("div.panels", {}, make("div.side-panel.is", {}, make("div.value", { tabindex: "0" }, text))),
  );
}

/**
 * @param {string} since
 * @param {string} now
 * @returns {string}
 */
function seenText(since, now) {
  const age = ageOf(since, now);
  return `${since.slice(0, 10)}, ${age === undefined ? "in this run" : `${age} ago`}`;
}

/**
 * @param {FieldFinding} field
 * @param {Finding} finding
 * @returns {HTMLElement}
 */
function fieldOf(field, finding) {
  const sides = sidesOf(field, finding.case);
  const header = make(
    "header",
    {},
    make("h3", {}, field.field),
    field.conflict ? make("span.badge.tone-high", {}, "changed on both sides") : undefined,
    field.severity !== "low" ? make(`span.badge.tone-${field.severity}`, {}, field.severity) : undefined,
  );
  const wanted = sides.find(({ tone }) => tone === ".is");
  const other = sides.find(({ tone }) => tone === ".was") ?? sides.find((side) => side !== wanted);
  // The desired value is compared with the live one, and everything else with the desired one.
  const values = sides.map((side) => {
    if (field.secret || !wanted || !other) return [plainValue(side.value, field.secret)];
    if (side === wanted) return comparedValues(other.value, wanted.value)[1] ?? [];
    return comparedValues(side.value, wanted.value)[0] ?? [];
  });
  const panels = sides.map(({ label, tone }, index) =>
    make(
      `div.side-panel${tone}`,
      {},
      make("p.label", {}, label),
      make("div.value", { tabindex: "0" }, ...(values[index] ?? [])),
    ),
  );
  return make("section.field", { "aria-label": field.field }, header, make("div.panels", {}, ...panels));
}

/**
 * The values that differ, in chronological order, each with everything that has it. Distinguishes the desired
 * value from the others.
 *
 * @param {FieldFinding} field
 * @param {string} of
 * @returns {Side[]}
 */
export function sidesOf(field, of) {
  /** @type {[string, unknown][]} */
  const states = [
    ["applied", field.last],
    ["on the server", field.live],
    ["in YAML", field.desired],
  ];
  const known = of === "unmanaged" ? states.filter(([label]) => label === "on the server") : states;
  // A deletion has no desired value: the last applied one counts.
  const wanted = keyOf(field.desired === undefined ? field.last : field.desired);
  /** @type {{ labels: string[], value: unknown, key: string }[]} */
  const sides = [];
  for (const [label, value] of known) {
    const key = keyOf(value);
    const same = sides.find((side) => side.key === key);
    if (same) same.labels.push(label);
    else sides.push({ labels: [label], value, key });
  }
  return sides.map(({ labels, value, key }) => ({
    label: capital(labels.join(", ")),
    value,
    tone: sides.length < 2 ? "" : key === wanted ? ".is" : labels.includes("on the server") ? ".was" : "",
  }));
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function keyOf(value) {
  return value === undefined ? "" : JSON.stringify(value);
}

/**
 * @param {string} text
 * @returns {string}
 */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @param {unknown} before
 * @param {unknown} after
 * @returns {Node[][]}
 */
function comparedValues(before, after) {
  const [olds, news] = [itemsOf(before), itemsOf(after)];
  if (olds && news) {
    const { before: left, after: right } = partsDiff(olds, news);
    const items = (/** @type {import("./diff.js").Piece[]} */ pieces) =>
      pieces.length === 0
        ? [plainValue([], false)]
        : pieces.map((piece) => make("span.item", {}, marked(piece)));
    return [items(left), items(right)];
  }
  if (typeof before === "string" && typeof after === "string" && before !== "" && after !== "") {
    const { before: left, after: right } = textDiff(before, after);
    return [folded(left).map(marked), folded(right).map(marked)];
  }
  return [[plainValue(before, false)], [plainValue(after, false)]];
}

/**
 * @param {import("./diff.js").Piece | number} piece A number stands for so many lines.
 * @returns {Node}
 */
function marked(piece) {
  if (typeof piece === "number") return make("span.fold", {}, `${piece} unchanged lines`);
  const [text, changed] = piece;
  return changed ? make("mark", {}, text) : document.createTextNode(visible(text));
}

/**
 * @param {unknown} value
 * @param {boolean} secret
 * @returns {Node}
 */
function plainValue(value, secret) {
  if (value === undefined) return make("span.none", {}, "not set");
  if (secret) return make("span.masked", { title: "Hidden secret" }, "••••••••");
  if (value === "") return make("span.none", {}, "empty");
  const items = itemsOf(value);
  if (!items) return document.createTextNode(visible(textOf(value)));
  if (items.length === 0) return make("span.none", {}, "none");
  return make("span", {}, ...items.map((item) => make("span.item", {}, item)));
}

/**
 * @param {unknown} value
 * @returns {string[] | undefined} What has a line of its own: the items of a list, the fields of an object.
 */
export function itemsOf(value) {
  if (Array.isArray(value)) return value.map(textOf);
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).map(([name, held]) => `${name}: ${textOf(held)}`);
}
