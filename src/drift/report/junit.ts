/**
 * The report as JUnit XML, which pipelines show beside tests: drift is a failure, a pending change is
 * skipped, an unreadable resource is an error. There is no standard: the output follows the strictest schema
 * in use, that of Jenkins' xUnit plugin (its junit-10.xsd).
 */
import type { DriftFinding, DriftReport } from "../model";
import {
  caseWords,
  formatChange,
  formatFilter,
  groupFindings,
  nameOf,
  replaceLoneSurrogates,
  summarizeFinding,
} from "./text";

export function renderJunitReport(report: DriftReport): string {
  const suites = [...groupFindings(report)].map(([name, findings]) => suite(name, findings));
  const asked = formatFilter(report);
  const fine = `  <testsuite name="in sync" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="${attribute(report.stack)}" name="${report.unchanged} of ${report.compared} resources"/>
  </testsuite>`;
  const { failures, errors } = sumOf(report.findings);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${attribute(`Drift of ${report.stack}${asked && ` (${asked})`}`)}" tests="${report.findings.length + 1}" failures="${failures}" errors="${errors}" time="${report.seconds}">
${[fine, ...suites].join("\n")}
</testsuites>
`;
}

function suite(name: string, findings: readonly DriftFinding[]): string {
  const { failures, errors, skipped } = sumOf(findings);
  return `  <testsuite name="${attribute(name)}" tests="${findings.length}" failures="${failures}" errors="${errors}" skipped="${skipped}">
${findings.map((finding) => testcase(name, finding)).join("\n")}
  </testsuite>`;
}

function testcase(group: string, finding: DriftFinding): string {
  const word = caseWords[finding.case];
  const message = attribute([word, summarizeFinding(finding)].filter(Boolean).join(": "));
  const lines = [
    `${finding.severity}: ${word}`,
    ...finding.fields.map((field) => formatChange(field, finding.case)),
    ...(finding.note === undefined ? [] : [finding.note]),
    ...(finding.position ? [`${finding.position.file}:${finding.position.line}`] : []),
    ...(finding.link === undefined ? [] : [finding.link]),
  ];
  const body = text(lines.join("\n"));
  const element = elementOf(finding);
  const inside = `<${element} type="${finding.case}" message="${message}">${body}</${element}>`;
  return `    <testcase classname="${attribute(group)}" name="${attribute(`${nameOf(finding)} (${word})`)}">${inside}</testcase>`;
}

function elementOf(finding: DriftFinding): "failure" | "error" | "skipped" {
  if (finding.case === "pending") return "skipped";
  return finding.case === "unreadable" ? "error" : "failure";
}

function sumOf(findings: readonly DriftFinding[]): Record<"failures" | "errors" | "skipped", number> {
  const count = (element: string) => findings.filter((finding) => elementOf(finding) === element).length;
  return { failures: count("failure"), errors: count("error"), skipped: count("skipped") };
}

/** Text that XML 1.0 can hold: https://www.w3.org/TR/xml/#charsets */
function text(value: string): string {
  return replaceLoneSurrogates(value)
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

function attribute(value: string): string {
  return text(value)
    .replace(/"/g, "&quot;")
    .replace(/[\n\t]/g, " ");
}
