/** Drift per day, from the history file: a bar per day, the most severe at the bottom. */
import { countOf, make } from "./data.js";

/**
 * @typedef {import("./data.js").PageData} PageData
 * @typedef {import("../data").HistoryDay} Day
 */

const space = "http://www.w3.org/2000/svg";
const height = 44;
const foot = 2;
const slot = 12;

/** Pixels of a day, at most: with few days, a bar does not become a block. */
const widest = 40;

/**
 * @param {HTMLElement} box
 * @param {PageData} data
 */
export function drawTimeline(box, { days, severities }) {
  if (days.length === 0) return;
  box.hidden = false;
  const most = Math.max(1, ...days.map(totalOf));
  const svg = element("svg", {
    viewBox: `0 0 ${days.length * slot} ${height}`,
    preserveAspectRatio: "none",
    role: "group",
    "aria-label": `Drift on ${countOf(days.length, "day")}, in UTC`,
  });
  const said = make("span", {}, "");
  const say = (/** @type {Day} */ day) => {
    said.textContent = textOfDay(day, severities);
  };
  days.forEach((day, index) => {
    const group = element("g", {
      class: "day",
      role: "img",
      tabindex: index === days.length - 1 ? "0" : "-1",
      "aria-label": textOfDay(day, severities),
    });
    group.append(
      element("rect", {
        class: "slot",
        x: String(index * slot),
        y: "0",
        width: String(slot),
        height: String(height),
      }),
    );
    let y = height - foot;
    for (const severity of severities) {
      const count = day.severities[severity] ?? 0;
      if (count === 0) continue;
      const size = Math.max(2, (count / most) * (height - 4));
      y -= size;
      group.append(
        element("rect", {
          class: `tone-${severity}`,
          x: String(index * slot + 2),
          y: String(y),
          width: String(slot - 4),
          height: String(Math.max(1, size - 0.5)),
        }),
      );
    }
    if (day.runs > 0 && totalOf(day) === 0)
      group.append(
        element("rect", {
          class: "tone-fine",
          x: String(index * slot + 2),
          y: String(height - foot - 2),
          width: String(slot - 4),
          height: "2",
        }),
      );
    group.addEventListener("mouseenter", () => say(day));
    group.addEventListener("focus", () => say(day));
    svg.append(group);
  });
  const last = days.at(-1);
  if (last) say(last);
  svg.addEventListener("mouseleave", () => {
    if (last && !svg.contains(document.activeElement)) say(last);
  });
  walk(svg);
  const first = days.length > 1 ? make("span", {}, days[0]?.day ?? "") : undefined;
  const bars = make("div.bars", {}, make("p.ends", {}, first, make("span", {}, last?.day ?? "")));
  bars.prepend(svg);
  bars.style.maxWidth = `${days.length * widest}px`;
  box.replaceChildren(make("h2", {}, make("span", {}, "Drift per day (UTC)"), said), bars);
}

/**
 * One stop of the tab key for all days, and arrows from day to day.
 *
 * @param {SVGElement} svg
 */
function walk(svg) {
  svg.addEventListener("keydown", (event) => {
    const all = [...svg.querySelectorAll(".day")].filter((day) => day instanceof SVGElement);
    const from = all.findIndex((day) => day.matches(":focus"));
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: all.length - 1 };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const day = all[Math.max(0, Math.min(all.length - 1, to))];
    for (const other of all) other.setAttribute("tabindex", other === day ? "0" : "-1");
    day?.focus();
  });
}

/**
 * @param {Day} day
 * @returns {number}
 */
function totalOf(day) {
  return Object.values(day.severities).reduce((sum, count) => sum + (count ?? 0), 0);
}

/**
 * @param {Day} day
 * @param {readonly string[]} severities
 * @returns {string}
 */
function textOfDay(day, severities) {
  if (day.runs === 0) return `${day.day}: not checked`;
  const counts = /** @type {Record<string, number | undefined>} */ (day.severities);
  const parts = severities.flatMap((name) => (counts[name] ? [`${counts[name]} ${name}`] : []));
  return `${day.day}: ${parts.length > 0 ? parts.join(", ") : "no drift"}`;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @returns {SVGElement}
 */
function element(tag, attributes) {
  const made = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
