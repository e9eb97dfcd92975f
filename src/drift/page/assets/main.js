/** Builds the page, and handles its reader's input. */
import { byId, countOf, make, readData, wordsOf } from "./data.js";
import { detailOf } from "./detail.js";
import { filtered, fromHash, noFilter, toHash } from "./filter.js";
import { List } from "./list.js";
import { preparePrinting } from "./print.js";
import { drawTimeline } from "./timeline.js";

/**
 * @typedef {import("./data.js").Finding} Finding
 */

const data = readData();
const { report } = data;
const { findings } = report;

const box = byId("list");
const detail = byId("detail");
const search = /** @type {HTMLInputElement} */ (byId("search"));
const selects = {
  project: /** @type {HTMLSelectElement} */ (byId("project")),
  repository: /** @type {HTMLSelectElement} */ (byId("repository")),
  kind: /** @type {HTMLSelectElement} */ (byId("kind")),
};
const reset = /** @type {HTMLButtonElement} */ (byId("reset"));

let { filter, id } = fromHash(location.hash);
/** @type {readonly Finding[]} */
let shown = findings;

/** @type {Map<string, HTMLButtonElement>} */
const choices = new Map();

const list = new List(box, byId("sizer"), byId("sticky"), data, (finding, opened) => {
  id = finding.id;
  open(finding);
  remember();
  if (opened) setOpen(true);
});

/** As in the styles: the open finding covers everything else. */
const narrow = matchMedia("(max-width: 860px)");

for (const name of data.cases) choices.set(`cases ${name}`, tile(name));
for (const name of data.severities) choices.set(`severities ${name}`, chip(name));
fill(
  "project",
  findings.map(({ project }) => project),
);
fill(
  "repository",
  findings.map(({ repository }) => repository),
);
fill(
  "kind",
  findings.map(({ kind }) => kind),
);
drawTimeline(byId("timeline"), data);
preparePrinting(byId("paper"), data, () => shown, filterOf);
explainBanner();
listen();
apply();
// The arrow keys choose at once.
if (!narrow.matches) box.focus({ preventScroll: true });

/**
 * A button for a case, with how many findings it has.
 *
 * @param {string} name
 * @returns {HTMLButtonElement}
 */
function tile(name) {
  const button = make(
    `button.tile.tone-${name}`,
    { type: "button", title: wordsOf(data, name).meaning },
    make("b", {}, String(report.counts.cases[name] ?? 0)),
    make("span", {}, wordsOf(data, name).word),
  );
  byId("tiles").insertBefore(button, byId("fine"));
  return choice(button, "cases", name);
}

/**
 * @param {import("../../model").Severity} name
 * @returns {HTMLButtonElement}
 */
function chip(name) {
  const count = report.counts.severities[name];
  const button = make(`button.chip.tone-${name}`, { type: "button" }, name, make("b", {}, String(count)));
  byId("severities").append(button);
  if (count > 0) {
    const part = make(`span.part.tone-${name}`);
    part.style.flexGrow = String(count);
    byId("track").append(part);
  }
  return choice(button, "severities", name);
}

/**
 * @param {HTMLElement} element
 * @param {"cases" | "severities"} of
 * @param {string} name
 * @returns {HTMLButtonElement}
 */
function choice(element, of, name) {
  const button = /** @type {HTMLButtonElement} */ (element);
  button.disabled = !findings.some((finding) => (of === "cases" ? finding.case : finding.severity) === name);
  button.addEventListener("click", () => {
    if (!filter[of].delete(name)) filter[of].add(name);
    apply();
  });
  return button;
}

/**
 * @param {keyof typeof selects} name
 * @param {readonly (string | undefined)[]} values
 */
function fill(name, values) {
  const known = [...new Set(values.filter((value) => value !== undefined))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  selects[name].append(...known.map((value) => make("option", { value }, value)));
  selects[name].disabled = known.length === 0;
}

/** Shows the findings that pass the filter. */
function apply() {
  shown = filtered(findings, filter);
  for (const [key, button] of choices) {
    const [of, name = ""] = key.split(" ");
    button.setAttribute("aria-pressed", String(filter[of === "cases" ? "cases" : "severities"].has(name)));
  }
  for (const name of /** @type {const} */ (["project", "repository", "kind"])) {
    selects[name].value = filter[name];
    // A value of another report's address does not apply to this one.
    if (selects[name].value !== filter[name]) selects[name].value = filter[name] = "";
    selects[name].classList.toggle("set", filter[name] !== "");
  }
  if (search.value !== filter.text) search.value = filter.text;
  const narrowed = toHash(filter, "") !== "";
  reset.disabled = !narrowed;
  byId("count").textContent =
    shown.length === findings.length
      ? countOf(findings.length, "finding")
      : `${shown.length} of ${countOf(findings.length, "finding")}`;
  byId("empty").hidden = shown.length > 0;
  byId("empty-title").textContent = findings.length === 0 ? data.calm.title : "No matches";
  byId("empty-text").textContent = findings.length === 0 ? data.calm.text : "No finding matches the filter.";
  box.hidden = shown.length === 0;
  list.show(shown, id);
  // Beside the list there is always a finding; on a narrow screen it would cover the list.
  if (!list.selected && !narrow.matches) list.show(shown, worstOf(shown)?.id ?? "");
  const { selected } = list;
  if (selected) open(selected);
  else {
    id = "";
    detail.replaceChildren(byHint());
    setOpen(false);
  }
  remember();
}

/**
 * @param {readonly Finding[]} some
 * @returns {Finding | undefined} The first of the most severe ones.
 */
function worstOf(some) {
  return data.severities.map((name) => some.find(({ severity }) => severity === name)).find(Boolean);
}

/** Lists what limits the report, on request. */
function explainBanner() {
  const banner = document.getElementById("banner");
  banner?.addEventListener("toggle", () => {
    if (banner.querySelector("ul")) return;
    banner.append(make("ul", { tabindex: "0" }, ...data.notes.map((line) => make("li", {}, line))));
  });
}

/** @returns {Node} */
function byHint() {
  const key = (/** @type {string} */ name) => make("kbd", {}, name);
  return make(
    "p.hint",
    {},
    key("↑"),
    " ",
    key("↓"),
    " select, ",
    key("Enter"),
    " read, ",
    key("/"),
    " search, ",
    key("Esc"),
    " back",
  );
}

/**
 * @param {Finding} finding
 */
function open(finding) {
  detail.replaceChildren(...detailOf(finding, data, close));
  detail.scrollTop = 0;
}

function close() {
  setOpen(false);
  box.focus();
}

/** @param {boolean} open Whether the reader has gone from the list to the finding. */
function setOpen(open) {
  detail.classList.toggle("open", open);
  cover();
  if (open && narrow.matches) detail.focus();
}

/** Covered elements cannot be reached by keyboard either. */
function cover() {
  const covered = narrow.matches && detail.classList.contains("open");
  const others = document.querySelectorAll("body > :not(main, script), .findings");
  for (const other of others) if (other instanceof HTMLElement) other.inert = covered;
}

/** @returns {string} What the filter says, in words. */
function filterOf() {
  const words = [...filter.cases].map((name) => wordsOf(data, name).word);
  const chosen = [filter.project, filter.repository, filter.kind].filter(Boolean);
  return [...words, ...filter.severities, ...chosen, ...(filter.text ? [`“${filter.text}”`] : [])].join(", ");
}

function remember() {
  const hash = toHash(filter, id);
  try {
    history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`);
  } catch {
    // Some browsers forbid that for a page from a file. The page works without it.
  }
}

function listen() {
  search.addEventListener("input", () => {
    filter.text = search.value;
    apply();
  });
  for (const name of /** @type {const} */ (["project", "repository", "kind"])) {
    selects[name].addEventListener("change", () => {
      filter[name] = selects[name].value;
      apply();
    });
  }
  reset.addEventListener("click", () => {
    filter = noFilter();
    apply();
    search.focus();
  });
  narrow.addEventListener("change", cover);
  byId("tools").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    ({ filter, id } = fromHash(location.hash));
    apply();
  });
  box.addEventListener("keydown", (event) => {
    const steps = stepsOf(event.key);
    if (steps !== undefined) list.move(steps);
    else if (event.key === "Enter" && list.selected) {
      setOpen(true);
      detail.focus();
    } else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "/" && !typing) {
      search.focus();
      search.select();
    } else if (event.key === "Escape") stepBack();
    else if (event.key === "ArrowDown" && event.target === search) {
      box.focus();
      if (!list.selected) list.move(0);
    } else return;
    event.preventDefault();
  });
}

/**
 * @param {string} key
 * @returns {number | undefined}
 */
function stepsOf(key) {
  switch (key) {
    case "ArrowDown":
    case "j":
      return 1;
    case "ArrowUp":
    case "k":
      return -1;
    case "PageDown":
      return list.page;
    case "PageUp":
      return -list.page;
    case "Home":
      return -findings.length;
    case "End":
      return findings.length;
    default:
      return undefined;
  }
}

/** One step back: from a finding to the list, from a search to all. */
function stepBack() {
  if (document.activeElement === search && filter.text !== "") {
    filter.text = "";
    apply();
  } else close();
}
