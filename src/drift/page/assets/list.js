/** The findings as a virtual list: only visible rows are in the page, however many there are. */
import { ageOf, make, wordsOf } from "./data.js";

/**
 * @typedef {import("./data.js").Finding} Finding
 * @typedef {import("./data.js").PageData} PageData
 * @typedef {{ top: number, height: number, group: Group, finding?: Finding, index: number }} Line
 * @typedef {{ project: string, name: string, count: number }} Group
 */

/** As in list.css. */
const rowHeight = 58;
const groupHeight = 34;

/** Pixels above and below the visible part that are in the page as well. */
const margin = 300;

export class List {
  /** @type {Line[]} */
  #lines = [];
  /** @type {Line[]} */
  #rows = [];
  /** @type {Map<Line, HTMLElement>} */
  #shown = new Map();
  #selected = -1;
  /** @type {number | undefined} */
  #frame;

  /**
   * @param {HTMLElement} box What scrolls.
   * @param {HTMLElement} sizer As high as all of it.
   * @param {HTMLElement} sticky Shows the group of what is at the top.
   * @param {PageData} data
   * @param {(finding: Finding, opened: boolean) => void} onSelect
   */
  constructor(box, sizer, sticky, data, onSelect) {
    this.box = box;
    this.sizer = sizer;
    this.sticky = sticky;
    this.data = data;
    this.onSelect = onSelect;
    box.addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later()).observe(box);
    sizer.addEventListener("click", (event) => {
      const row = event.target instanceof Element ? event.target.closest(".row") : null;
      if (row instanceof HTMLElement) this.select(Number(row.dataset.index), true);
    });
  }

  /** @returns {Finding | undefined} */
  get selected() {
    return this.#rows[this.#selected]?.finding;
  }

  /**
   * @param {readonly Finding[]} findings
   * @param {string} id The one to select, if it is among them.
   */
  show(findings, id) {
    for (const element of this.#shown.values()) element.remove();
    this.#shown.clear();
    this.#lines = linesOf(findings, this.data.report.workspace);
    this.#rows = this.#lines.filter((line) => line.finding);
    const last = this.#lines.at(-1);
    this.sizer.style.height = `${last ? last.top + last.height : 0}px`;
    this.#selected = this.#rows.findIndex((line) => line.finding?.id === id);
    if (this.#selected < 0) this.box.scrollTop = 0;
    else this.#reveal();
    this.render();
  }

  /**
   * @param {number} index Among the findings that are shown. It is brought into range.
   * @param {boolean} [opened] Whether the user wants to read it now.
   */
  select(index, opened = false) {
    if (this.#rows.length === 0) return;
    this.#selected = Math.max(0, Math.min(this.#rows.length - 1, index));
    this.#reveal();
    this.render();
    const { selected } = this;
    if (selected) this.onSelect(selected, opened);
  }

  /**
   * @param {number} steps
   */
  move(steps) {
    const from = this.#selected < 0 && steps < 0 ? 0 : this.#selected;
    this.select(from + steps);
  }

  /** @returns {number} Findings on a screen. */
  get page() {
    return Math.max(1, Math.floor(this.box.clientHeight / rowHeight) - 1);
  }

  #reveal() {
    const line = this.#rows[this.#selected];
    if (!line) return;
    const { box } = this;
    if (line.top - groupHeight < box.scrollTop) box.scrollTop = Math.max(0, line.top - groupHeight);
    else if (line.top + line.height > box.scrollTop + box.clientHeight)
      box.scrollTop = line.top + line.height - box.clientHeight;
  }

  #later() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.render();
    });
  }

  render() {
    const { scrollTop, clientHeight } = this.box;
    const first = this.#at(scrollTop - margin);
    const wanted = new Set();
    for (let index = first; index < this.#lines.length; index += 1) {
      const line = this.#lines[index];
      if (!line || line.top > scrollTop + clientHeight + margin) break;
      wanted.add(line);
      if (!this.#shown.has(line)) this.#put(line);
    }
    for (const [line, element] of this.#shown) {
      if (wanted.has(line)) continue;
      element.remove();
      this.#shown.delete(line);
    }
    const chosen = this.#rows[this.#selected];
    for (const [line, element] of this.#shown)
      if (line.finding) element.setAttribute("aria-selected", String(line === chosen));
    if (chosen && this.#shown.has(chosen))
      this.box.setAttribute("aria-activedescendant", `row-${chosen.finding?.id}`);
    else this.box.removeAttribute("aria-activedescendant");
    this.#stick(scrollTop);
  }

  /**
   * @param {Line} line
   */
  #put(line) {
    const element = line.finding ? this.#row(line, line.finding) : groupElement("div.group", line.group);
    element.style.transform = `translateY(${line.top}px)`;
    this.#shown.set(line, element);
    // In visual order, so that a screen reader follows it.
    const after = [...this.#shown].find(([other]) => other.top > line.top)?.[1];
    this.sizer.insertBefore(element, after ?? null);
  }

  /**
   * @param {Line} line
   * @param {Finding} finding
   * @returns {HTMLElement}
   */
  #row(line, finding) {
    const { gists, report } = this.data;
    return make(
      `div.row.tone-${finding.severity}`,
      {
        id: `row-${finding.id}`,
        role: "option",
        "data-index": String(line.index),
        "aria-setsize": String(this.#rows.length),
        "aria-posinset": String(line.index + 1),
      },
      make("span.side"),
      make(
        "div.what",
        {},
        make("p.name", {}, make("bdi", { dir: "ltr" }, finding.name), " ", make("span", {}, finding.title)),
        make("p.gist", {}, gists[finding.id] ?? ""),
      ),
      make(
        "div.end",
        {},
        make(`span.badge.tone-${finding.case}`, {}, wordsOf(this.data, finding.case).word),
        make(
          "span.age",
          {},
          make("b", {}, finding.severity),
          finding.since && ` · ${ageOf(finding.since, report.at) ?? "new"}`,
        ),
      ),
    );
  }

  /**
   * @param {number} scrollTop
   */
  #stick(scrollTop) {
    const line = this.#lines[this.#at(scrollTop)];
    this.sticky.hidden = !line || (line.finding === undefined && line.top >= scrollTop);
    if (line) this.sticky.replaceChildren(...groupElement("div", line.group).childNodes);
  }

  /**
   * @param {number} pixels
   * @returns {number} The index of the line at a height.
   */
  #at(pixels) {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lines[middle]?.top ?? 0) <= pixels) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/**
 * @param {string} tag
 * @param {Group} group
 * @returns {HTMLElement}
 */
function groupElement(tag, { project, name, count }) {
  return make(
    tag,
    { "aria-hidden": "true" },
    project === "" ? undefined : make("i", {}, `${project} /`),
    make("b", {}, make("bdi", { dir: "ltr" }, name)),
    make("em", {}, String(count)),
  );
}

/**
 * @param {readonly Finding[]} findings
 * @param {string} workspace
 * @returns {Line[]}
 */
function linesOf(findings, workspace) {
  /** @type {Map<string, Finding[]>} */
  const groups = new Map();
  for (const finding of findings) {
    const key = JSON.stringify([finding.project, finding.repository]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  /** @type {Line[]} */
  const lines = [];
  let top = 0;
  let index = 0;
  for (const group of groups.values()) {
    const [{ project, repository } = {}] = group;
    const named = {
      project: repository === undefined ? "" : (project ?? ""),
      name: repository ?? (project === undefined ? `Workspace ${workspace}` : `Project ${project}`),
      count: group.length,
    };
    lines.push({ top, height: groupHeight, group: named, index: -1 });
    top += groupHeight;
    for (const finding of group) {
      lines.push({ top, height: rowHeight, group: named, finding, index });
      top += rowHeight;
      index += 1;
    }
  }
  return lines;
}
