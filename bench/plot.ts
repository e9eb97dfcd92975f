/** Time and requests against size, as an SVG picture. */
import type { Measurement } from "./measurements";

const width = 460;
const height = 300;
const margin = { left: 62, right: 120, top: 34, bottom: 40 };
const colours = ["#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2", "#be185d", "#4b5563"];

/** @param workload The one that is drawn. */
export function plot(all: readonly Measurement[], workload: Measurement["workload"]): string {
  const measurements = all.filter((one) => one.workload === workload);
  const charts = [
    chart(`Wall time, s (${workload})`, measurements, ({ wallSeconds }) => wallSeconds),
    chart(`Requests (${workload})`, measurements, ({ requests }) =>
      Object.values(requests).reduce((sum, count) => sum + count, 0),
    ),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width * 2} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...charts.map((text, index) => `<g transform="translate(${index * width} 0)">${text}</g>`),
    "</svg>",
    "",
  ].join("\n");
}

function chart(
  title: string,
  measurements: readonly Measurement[],
  value: (one: Measurement) => number,
): string {
  const series = new Map<string, { x: number; y: number }[]>();
  for (const one of measurements) {
    const name = `${one.tool === "bitbucket-as-code" ? "" : `${one.tool} `}${one.phase}, ${one.latencyMs} ms`;
    series.set(name, [...(series.get(name) ?? []), { x: one.repositories, y: Math.max(0.1, value(one)) }]);
  }
  const points = [...series.values()].flat();
  if (points.length === 0) return "";
  const x = scale(
    points.map((point) => point.x),
    margin.left,
    width - margin.right,
  );
  const y = scale(
    points.map((point) => point.y),
    height - margin.bottom,
    margin.top,
  );
  const lines = [...series].map(([name, line], index) => {
    const colour = colours[index % colours.length];
    const sorted = [...line].sort((a, b) => a.x - b.x);
    const path = sorted
      .map((point, at) => `${at === 0 ? "M" : "L"}${x.at(point.x)} ${y.at(point.y)}`)
      .join(" ");
    const dots = sorted.map(
      (point) => `<circle cx="${x.at(point.x)}" cy="${y.at(point.y)}" r="2.5" fill="${colour}"/>`,
    );
    const label = `<text x="${width - margin.right + 8}" y="${margin.top + 12 + index * 14}" fill="${colour}">${name}</text>`;
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots.join("")}${label}`;
  });
  const ticks = [
    ...x.ticks.map(
      (tick) =>
        `<text x="${x.at(tick)}" y="${height - margin.bottom + 16}" text-anchor="middle">${tick}</text><path d="M${x.at(tick)} ${margin.top}V${height - margin.bottom}" stroke="#e5e7eb"/>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<text x="${margin.left - 6}" y="${y.at(tick) + 4}" text-anchor="end">${tick}</text><path d="M${margin.left} ${y.at(tick)}H${width - margin.right}" stroke="#e5e7eb"/>`,
    ),
  ];
  return [
    `<text x="${margin.left}" y="18" font-size="13" font-weight="bold">${title}</text>`,
    ...ticks,
    ...lines,
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">repositories (both axes logarithmic)</text>`,
  ].join("");
}

/** A logarithmic scale from values to pixels, with a tick at each power of ten and at the sizes in between. */
function scale(
  values: readonly number[],
  from: number,
  to: number,
): { at(value: number): number; ticks: number[] } {
  const low = Math.log10(Math.min(...values) * 0.9);
  const high = Math.log10(Math.max(...values) * 1.1);
  const at = (value: number) =>
    Math.round((from + ((Math.log10(value) - low) / Math.max(0.01, high - low)) * (to - from)) * 10) / 10;
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power += 1) {
    for (const step of [1, 2, 5]) {
      const tick = Number((step * 10 ** power).toPrecision(3));
      if (Math.log10(tick) >= low && Math.log10(tick) <= high) ticks.push(tick);
    }
  }
  return { at, ticks };
}
