/**
 * The report as one self-contained page: no server, no network. Everything in it that comes from a report is
 * JSON in a block that no browser runs and is inserted as text; a content security policy allows only this
 * page's own script.
 */
import { createHash } from "node:crypto";
import { escapeUnprintable } from "../../bitbucket/printable";
import { formatCount } from "../../errors/count";
import { formatCost, formatMinute } from "../../report/text";
import { type DriftReport, isAtLeast, severities } from "../model";
import { formatSummary } from "../report/text";
import { scriptText, styleText } from "./assets";
import { type HistoryDay, type PageData, pageData } from "./data";

/** What a page says around its findings. */
interface PageFrame {
  /** `Drift of acme`. */
  readonly title: string;
  readonly verdict: string;
  /** Facts below the title, a few words each. */
  readonly meta: readonly string[];
  readonly requests: number;
  readonly seconds: number;
  /** What limits the report's validity: a sentence, and whether the notes are shown on request. */
  readonly banner?: { readonly text: string; readonly isFolded: boolean } | undefined;
  /** What is not a finding. */
  readonly fine: { readonly count: number; readonly word: string };
  /** The resource types in the third filter: `kinds`. */
  readonly kinds: string;
  /** For a reader without scripts. */
  readonly summary: string;
}

/**
 * @param days The timeline, if there is a history.
 */
export function renderHtmlReport(report: DriftReport, days: readonly HistoryDay[] = []): string {
  const { stack, workspace, compared, requests, seconds, shards, filter } = report;
  const asked = filter && Object.values(filter).flat().join(", ");
  return renderPage(
    {
      title: `Drift of ${stack}`,
      verdict: verdict(report),
      meta: [
        `workspace ${workspace}`,
        ...(shards.length > 1 ? [formatCount(shards.length, "shard")] : []),
        ...(asked ? [`only ${asked}`] : []),
        formatCount(compared, "resource"),
      ],
      requests,
      seconds,
      banner: bannerOf(report),
      fine: { count: report.unchanged, word: "in sync" },
      kinds: "kinds",
      summary: formatSummary(report),
    },
    pageData(report, days),
  );
}

export function renderPage(frame: PageFrame, data: PageData): string {
  const style = styleText();
  const script = scriptText();
  const { findings, counts, at } = data.report;
  const isCalm = findings.length === 0;
  const tone = severities.find((severity) => counts.severities[severity] > 0) ?? "fine";
  const meta = [...frame.meta, formatCost(frame), formatMinute(at)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${text(frame.title)}</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body${isCalm ? ' class="calm"' : ""}>
<a class="skip" href="#list">To the findings</a>
<header class="top">
  <div>
    <h1>${text(frame.title)}<span class="verdict badge tone-${tone}">${text(frame.verdict)}</span></h1>
    <p class="meta">${meta.map((part) => `<span>${text(part)}</span>`).join("")}</p>
  </div>
  <div class="balance"${isCalm ? " hidden" : ""}>
    <div class="track" id="track" aria-hidden="true"></div>
    <div class="chips" id="severities" role="group" aria-label="Severity"></div>
  </div>
</header>
${banner(frame)}
<section class="tiles" id="tiles" aria-label="Cases">
  <div class="tile tone-fine" id="fine"><b>${frame.fine.count}</b><span>${text(frame.fine.word)}</span></div>
</section>
<section class="timeline" id="timeline" hidden></section>
${tools(frame)}
<main class="panes">
  <section class="findings" aria-label="Findings">
    <div class="sticky" id="sticky" aria-hidden="true" hidden></div>
    <div class="list" id="list" role="listbox" tabindex="0" aria-label="Findings">
      <div class="sizer" id="sizer" role="presentation"></div>
    </div>
    <p class="empty" id="empty" hidden><b id="empty-title"></b><span id="empty-text"></span></p>
  </section>
  <article class="detail" id="detail" tabindex="-1" aria-label="Finding"></article>
</main>
<section class="paper" id="paper"></section>
<noscript><p class="banner">${text(frame.summary)}. The list takes the script that is in this page.</p></noscript>
<script type="application/json" id="data">${json(data)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Nothing is loaded, and nothing runs that is not in the page. */
function contentPolicy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function tools({ kinds }: PageFrame): string {
  return `<form class="tools" id="tools" role="search">
  <label class="search">
    <span class="visually-hidden">Search</span>
    <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/></svg>
    <input id="search" type="search" placeholder="Search names, properties and values" autocomplete="off" spellcheck="false">
    <kbd aria-hidden="true">/</kbd>
  </label>
  ${select("project", "All projects")}
  ${select("repository", "All repositories")}
  ${select("kind", `All ${kinds}`)}
  <button class="button" id="reset" type="button">Reset</button>
  <p class="count" id="count" role="status"></p>
</form>`;
}

function select(id: string, all: string): string {
  return `<label><span class="visually-hidden">${id}</span><select id="${id}"><option value="">${all}</option></select></label>`;
}

function verdict({ findings }: DriftReport): string {
  const drift = findings.filter((finding) => finding.case !== "pending" && finding.case !== "unreadable");
  if (drift.length === 0) return findings.length === 0 ? "in sync" : "no drift";
  const critical = drift.filter(({ severity }) => isAtLeast(severity, "critical")).length;
  return critical > 0 ? `${critical} critical` : `${drift.length} drifted`;
}

/** Warnings that are shown unfolded, at most. */
const maxWarnings = 3;

/** What limits the report's validity. */
function bannerOf(report: DriftReport): PageFrame["banner"] {
  const unread = report.counts.cases.unreadable;
  const hidden = report.undetectable.length;
  const warnings = report.warnings.length;
  const said = [
    ...(report.complete
      ? []
      : [
          `Not everything could be read${unread > 0 ? `: the state of ${formatCount(unread, "resource")} is unknown` : ""}.`,
        ]),
    ...(hidden > 0
      ? [
          `${formatCount(hidden, "property", "properties")} can't be checked for drift: secrets, and values that this credential cannot read.`,
        ]
      : []),
    ...(warnings <= maxWarnings ? report.warnings : [`There are ${formatCount(warnings, "warning")}.`]),
  ];
  return said.length === 0
    ? undefined
    : { text: said.join(" "), isFolded: hidden > 0 || warnings > maxWarnings };
}

function banner({ banner: shown }: PageFrame): string {
  if (!shown) return "";
  // The rest is in the data: the script shows it on request.
  return shown.isFolded
    ? `<details class="banner" id="banner"><summary>${text(shown.text)}</summary></details>`
    : `<p class="banner">${text(shown.text)}</p>`;
}

/** JSON for a block in a page, without anything that could end the block. */
function json(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function text(value: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return escapeUnprintable(value).replace(/[&<>"']/g, (one) => entities[one] ?? one);
}

function hashOf(content: string): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}

/** Two lines that diverge. */
const icon =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1a5fd0"/>' +
      '<path d="M6 20h8l6-8h6M14 20h12" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>',
  );
