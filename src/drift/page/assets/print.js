/** The findings that are shown, as tables for paper. They are created for printing, and removed afterwards. */
import { countOf, make, textOf, wordsOf } from "./data.js";
import { itemsOf } from "./detail.js";

/**
 * @typedef {import("./data.js").Finding} Finding
 * @typedef {import("./data.js").PageData} PageData
 */

/**
 * @param {HTMLElement} paper
 * @param {PageData} data
 * @param {() => readonly Finding[]} shown
 * @param {() => string} filter In words.
 */
export function preparePrinting(paper, data, shown, filter) {
  addEventListener("beforeprint", () =>
    paper.replaceChildren(make("p.all", {}, headOf(shown(), data, filter())), ...pages(shown(), data)),
  );
  addEventListener("afterprint", () => paper.replaceChildren());
}

/**
 * @param {readonly Finding[]} findings
 * @param {PageData} data
 * @param {string} filter
 * @returns {string} What of all is on the paper.
 */
function headOf(findings, { report }, filter) {
  const all = report.findings.length;
  if (all === 0) return "No findings.";
  if (filter === "") return countOf(all, "finding");
  return `${findings.length} of ${countOf(all, "finding")}: ${filter}`;
}

/**
 * @param {readonly Finding[]} findings
 * @param {PageData} data
 * @returns {Node[]}
 */
function pages(findings, data) {
  const { report } = data;
  return findings.flatMap((finding, index) => {
    const before = findings[index - 1];
    const isNew = !before || before.project !== finding.project || before.repository !== finding.repository;
    const place = [finding.project, finding.repository].filter((name) => name !== undefined).join(" / ");
    const title = isNew ? make("h2", {}, place === "" ? `Workspace ${report.workspace}` : place) : undefined;
    const caption = `${finding.severity} · ${wordsOf(data, finding.case).word} · ${finding.title} ${finding.name}`;
    const head = make(
      "tr",
      {},
      ...["Property", "Applied", "On the server", "In YAML"].map((name) => make("th", {}, name)),
    );
    const rows = finding.fields.map(({ field, last, live, desired }) =>
      make(
        "tr",
        {},
        make("td", {}, field),
        ...[last, live, desired].map((value) => make("td", {}, paperText(value))),
      ),
    );
    const facts = (finding.facts ?? []).map(([term, text]) =>
      make("tr", {}, make("td", {}, term), make("td", { colspan: "3" }, text)),
    );
    const note =
      finding.note === undefined || finding.facts
        ? []
        : [make("tr", {}, make("td", { colspan: "4" }, finding.note))];
    const table = make(
      "table",
      {},
      make(
        "thead",
        {},
        make("tr", {}, make("th", { colspan: "4" }, caption)),
        ...(rows.length > 0 ? [head] : []),
      ),
      make("tbody", {}, ...rows, ...facts, ...note),
    );
    return title ? [title, table] : [table];
  });
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function paperText(value) {
  if (value === undefined) return "–";
  const items = itemsOf(value);
  if (!items) return textOf(value);
  return items.length === 0 ? "none" : items.join("\n");
}
