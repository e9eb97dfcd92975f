/** The page's text. It has everything in it, and puts what it is told into the document as text alone. */
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
header, main { max-width: 1180px; margin: 0 auto; padding: 16px 20px; }
header { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; }
h1 { font-size: 20px; margin: 0; }
h2 { font-size: 15px; margin: 0 0 8px; }
header p { margin: 0; color: var(--quiet); }
#state { margin-left: auto; }
main { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); padding-top: 0; }
@media (min-width: 900px) { main { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } }
main > div { display: grid; gap: 16px; align-content: start; grid-template-columns: minmax(0, 1fr); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 4px 10px 4px 0; border-top: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--quiet); border-top: 0; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.path { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
meter { width: 100%; height: 12px; }
code { font-family: ui-monospace, monospace; font-size: 12px; }
</style>
<header>
  <h1>Bitbucket emulator</h1>
  <p>API at <code id="url"></code></p>
  <p id="state" role="status">reading…</p>
</header>
<main>
  <div id="workspaces"></div>
  <div>
    <section><h2>Rate budget</h2><div id="budgets"></div></section>
    <section><h2>Recent requests <span id="count" class="quiet"></span></h2><div class="scroll" id="requests"></div></section>
  </div>
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

function table(columns, rows) {
  return make("table", {},
    make("thead", {}, make("tr", {}, ...columns.map(([title, kind]) => make("th", { scope: "col", class: kind || "" }, title)))),
    make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map((cell, index) => make("td", { class: columns[index][1] || "" }, cell))))));
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
      : make("div", { class: "scroll" }, table(
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
  return make("span", { class: code === 0 || code >= 500 ? "bad" : code >= 400 ? "warn" : "good" }, code === 0 ? "lost" : code);
}

function show(overview) {
  $("workspaces").replaceChildren(...overview.workspaces.map(workspace));
  $("budgets").replaceChildren(...(overview.budgets.length ? overview.budgets.map(budget) : [make("p", { class: "quiet" }, "Nobody has asked for anything in the last hour.")]));
  $("count").textContent = "(" + overview.requestCount + " in all)";
  $("requests").replaceChildren(table([["When"], ["Who"], ["Request"], ["Answer", "number"]],
    overview.requests.map((request) => [request.at.slice(11, 19), request.credential,
      make("span", { class: "path" }, request.method + " " + request.path), status(request.status)])));
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
