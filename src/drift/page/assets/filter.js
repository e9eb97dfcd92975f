/** Which findings are shown: cases, severities, project, repository, kind, and a search. */
import { textOf } from "./data.js";

/**
 * @typedef {import("./data.js").Finding} Finding
 * @typedef {{ cases: Set<string>, severities: Set<string>, project: string, repository: string, kind: string, text: string }} Filter
 */

/** @returns {Filter} */
export function noFilter() {
  return { cases: new Set(), severities: new Set(), project: "", repository: "", kind: "", text: "" };
}

/** @type {WeakMap<Finding, string>} */
const searched = new WeakMap();

/**
 * @param {Finding} finding
 * @returns {string} Everything that a search looks at.
 */
function searchable(finding) {
  const known = searched.get(finding);
  if (known !== undefined) return known;
  const { name, title, kind, project, repository, note, fields, position } = finding;
  const values = fields.flatMap(({ field, last, live, desired }) => [field, last, live, desired].map(textOf));
  const text = [name, title, kind, project, repository, note, position?.file, ...values]
    .join("\n")
    .toLowerCase();
  searched.set(finding, text);
  return text;
}

/**
 * @param {readonly Finding[]} findings
 * @param {Filter} filter
 * @returns {Finding[]}
 */
export function filtered(findings, filter) {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return findings.filter(
    (finding) =>
      (filter.cases.size === 0 || filter.cases.has(finding.case)) &&
      (filter.severities.size === 0 || filter.severities.has(finding.severity)) &&
      (filter.project === "" || finding.project === filter.project) &&
      (filter.repository === "" || finding.repository === filter.repository) &&
      (filter.kind === "" || finding.kind === filter.kind) &&
      words.every((word) => searchable(finding).includes(word)),
  );
}

/**
 * @param {Filter} filter
 * @param {string} id The finding that is open.
 * @returns {string} Both in the form of the address's last part, so that a link leads there again.
 */
export function toHash(filter, id) {
  const parts = new URLSearchParams();
  for (const name of /** @type {const} */ (["cases", "severities"]))
    if (filter[name].size > 0) parts.set(name, [...filter[name]].join(","));
  for (const name of /** @type {const} */ (["project", "repository", "kind", "text"]))
    if (filter[name] !== "") parts.set(name, filter[name]);
  if (id !== "") parts.set("finding", id);
  return parts.toString();
}

/**
 * @param {string} hash
 * @returns {{ filter: Filter, id: string }}
 */
export function fromHash(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const set = (/** @type {string} */ name) => new Set((parts.get(name) ?? "").split(",").filter(Boolean));
  const text = (/** @type {string} */ name) => parts.get(name) ?? "";
  return {
    filter: {
      cases: set("cases"),
      severities: set("severities"),
      project: text("project"),
      repository: text("repository"),
      kind: text("kind"),
      text: text("text"),
    },
    id: text("finding"),
  };
}
