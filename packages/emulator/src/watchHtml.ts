/** The page's source. It is self-contained, and inserts its data into the document as text only. */
export const watchHtml = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bitbucket emulator</title>
<link rel="icon" href="data:,">
<style>
:root {
  color-scheme: light dark;
  --text: light-dark(#172b4d, #dfe3ea);
  --quiet: light-dark(#5e6c84, #9aa5b5);
  --back: light-dark(#f4f5f7, #15181d);
  --card: light-dark(#ffffff, #1e2228);
  --line: light-dark(#dfe1e6, #333a44);
  --accent: light-dark(#0052cc, #6ea8ff);
  --good: light-dark(#006644, #57d9a3);
  --warn: light-dark(#974f0c, #ffc400);
  --bad: light-dark(#bf2600, #ff8f73);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
header, main { max-width: 1240px; margin: 0 auto; padding: 16px 20px; }
header { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; }
h1 { font-size: 20px; margin: 0; }
h2 { font-size: 15px; margin: 0 0 8px; }
header p { margin: 0; color: var(--quiet); }
#state { margin-left: auto; }
main, #workspaces { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
main { padding-top: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 4px 10px 4px 0; border-top: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--quiet); border-top: 0; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.path { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
td { overflow-wrap: anywhere; }
/* The requests below stay in reach, however many repositories there are. */
.tall { max-height: 60vh; overflow-y: auto; }
/* Too narrow for columns: each row is a card, with the column's name before its text. */
@media (max-width: 720px) {
  header, main { padding: 12px; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody { display: block; }
  tr { display: flex; flex-wrap: wrap; gap: 0 14px; padding: 8px 0; border-top: 1px solid var(--line); }
  td { border: 0; padding: 0; }
  td:first-child { flex-basis: 100%; font-weight: 600; }
  td:not(:first-child)::before { content: attr(data-column) " "; color: var(--quiet); }
}
details { border-top: 1px solid var(--line); }
summary { display: flex; gap: 10px; padding: 4px 0; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "▸"; color: var(--quiet); }
details[open] > summary::before { content: "▾"; }
summary > * { flex: none; }
summary > .path { flex: 1 1 0; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
details[open] > summary > .path { white-space: normal; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 12px; margin: 4px 0 10px 20px; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: 12px; }
@media (max-width: 720px) { summary > .who { display: none; } }
meter { width: 100%; max-width: 480px; height: 12px; display: block; }
code { font-family: ui-monospace, monospace; font-size: 12px; }
</style>
<header>
  <h1>Bitbucket emulator</h1>
  <p>API at <code id="url"></code></p>
  <p id="state" role="status">reading…</p>
</header>
<main>
  <div id="workspaces"></div>
  <section><h2>Rate budget</h2><div id="budgets"></div></section>
  <section><h2>Recent requests <span id="count" class="quiet"></span></h2><div id="requests"></div></section>
</main>
<script>
"use strict";
const $ = (id) => document.getElementById(id);
$("url").textContent = location.origin + "/2.0";

/** An element with texts and elements in it: a text never becomes markup. */
function make(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined).map((child) => child instanceof Node ? child : String(child)));
  return made;
}

/** Roles are named, because cards on a narrow screen are no table to a browser. */
function table(columns, rows) {
  return make("table", { role: "table" },
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...columns.map(([title, kind]) => make("th", { scope: "col", role: "columnheader", class: kind || "" }, title)))),
    make("tbody", { role: "rowgroup" }, ...rows.map((cells) => make("tr", { role: "row" }, ...cells.map((cell, index) =>
      make("td", { role: "cell", class: columns[index][1] || "", "data-column": columns[index][0] }, cell))))));
}

function workspace(one) {
  const n = "number";
  return make("section", { "data-workspace": one.slug },
    make("h2", {}, one.name, " ", make("span", { class: "quiet" }, one.slug)),
    make("p", { class: "quiet" },
      one.members.map((member) => member.name + (member.role === "owner" ? " (owner)" : "")).join(", "),
      one.groups.length ? "; groups: " + one.groups.join(", ") : ""),
    one.projects.length === 0 ? null : make("p", {}, "Projects: ",
      one.projects.map((project) => project.key + " " + project.name + (project.private ? "" : " (public)")).join(", ")),
    one.repositories.length === 0
      ? make("p", { class: "quiet" }, "No repositories yet.")
      : make("div", { class: "tall" }, table(
          [["Repository"], ["Project"], ["Seen by"], ["Branches", n], ["Webhooks", n], ["Keys", n], ["Variables", n], ["Environments", n], ["Restrictions", n]],
          one.repositories.slice(0, 500).map((repo) => [repo.slug, repo.project, repo.private ? "members" : make("span", { class: "warn" }, "everybody"),
            repo.branches, repo.webhooks, repo.deployKeys, repo.variables, repo.environments, repo.restrictions]))),
    one.repositories.length > 500 ? make("p", { class: "quiet" }, "… and " + (one.repositories.length - 500) + " more") : null);
}

function budget(one) {
  const label = one.credential + ", " + one.resource + ": ";
  if (one.limit === undefined) return make("p", {}, label, one.used + " in the last hour, no limit");
  return make("p", {}, label, one.used + " of " + one.limit + " in the last hour, " + Math.max(0, one.limit - one.used) + " left",
    make("meter", { min: 0, max: one.limit, low: one.limit * 0.7, high: one.limit * 0.9, optimum: 0, value: one.used, "aria-label": label }));
}

function status(code) {
  return make("span", { "data-status": String(code), class: code === 0 || code >= 500 ? "bad" : code >= 400 ? "warn" : "good" }, code === 0 ? "lost" : code);
}

/** As people read it: percent signs decoded, where that is possible. */
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

/** The numbers of the requests whose details are open. */
const open = new Set();

/** One line; a click shows the rest. */
function request(one, number) {
  const [path, query = ""] = one.path.split("?");
  const parameters = [...new URLSearchParams(query)];
  const line = one.method + " " + decoded(path) + (parameters.length ? "?" + parameters.map(([name, value]) => name + "=" + value).join("&") : "");
  const fact = (name, value) => [make("dt", {}, name), make("dd", {}, value)];
  const made = make("details", open.has(number) ? { open: "" } : {},
    make("summary", {}, make("span", { class: "quiet" }, one.at.slice(11, 19)), make("span", { class: "who" }, one.credential),
      make("span", { class: "path", title: line }, line), status(one.status)),
    make("dl", {}, ...fact("When", one.at), ...fact("Credential", one.credential), ...fact("Method", one.method),
      ...fact("Path", decoded(path)), ...parameters.flatMap(([name, value]) => fact(name, value)), ...fact("As sent", one.path)));
  made.addEventListener("toggle", () => made.open ? open.add(number) : open.delete(number));
  return made;
}

function show(overview) {
  $("workspaces").replaceChildren(...overview.workspaces.map(workspace));
  $("budgets").replaceChildren(...(overview.budgets.length ? overview.budgets.map(budget) : [make("p", { class: "quiet" }, "Nobody has asked for anything in the last hour.")]));
  $("count").textContent = "(" + overview.requestCount + " in all)";
  $("requests").replaceChildren(...(overview.requests.length
    ? overview.requests.map((one, index) => request(one, overview.requestCount - index))
    : [make("p", { class: "quiet" }, "Nobody has asked for anything yet.")]));
}

let last = "";
async function update() {
  try {
    const answer = await fetch("/_emulator/overview", { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (text !== last) show(JSON.parse(text));
    last = text;
    $("state").textContent = "live";
    $("state").className = "good";
  } catch {
    $("state").textContent = "the emulator does not answer";
    $("state").className = "bad";
  }
  setTimeout(update, 1000);
}
update();
</script>
</html>
`;
