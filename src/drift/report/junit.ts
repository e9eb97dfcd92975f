/**
 * The report as JUnit XML, which pipelines show beside tests: drift is a failure, a pending change is
 * skipped, an unreadable resource is an error. There is no standard: the output follows the strictest schema
 * in use, that of Jenkins' xUnit plugin (its junit-10.xsd).
 */

import { formatCount } from "../../errors/count";
import { xmlAttribute, xmlText } from "../../report/xml";
import type { DriftFinding, DriftReport } from "../model";
import { caseWords, formatChange, formatFilter, groupFindings, nameOf, summarizeFinding } from "./text";

export function renderJunitReport(report: DriftReport): string {
  const suites = [...groupFindings(report)].map(([name, findings]) => suite(name, findings));
  const asked = formatFilter(report);
  const fine = `  <testsuite name="in sync" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="${xmlAttribute(report.stack)}" name="${report.unchanged} of ${formatCount(report.compared, "resource")}"/>
  </testsuite>`;
  const { failures, errors } = sumOf(report.findings);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${xmlAttribute(`Drift of ${report.stack}${asked && ` (${asked})`}`)}" tests="${report.findings.length + 1}" failures="${failures}" errors="${errors}" time="${report.seconds}">
${[fine, ...suites].join("\n")}
</testsuites>
`;
}

function suite(name: string, findings: readonly DriftFinding[]): string {
  const { failures, errors, skipped } = sumOf(findings);
  return `  <testsuite name="${xmlAttribute(name)}" tests="${findings.length}" failures="${failures}" errors="${errors}" skipped="${skipped}">
${findings.map((finding) => testcase(name, finding)).join("\n")}
  </testsuite>`;
}

function testcase(group: string, finding: DriftFinding): string {
  const word = caseWords[finding.case];
  const message = xmlAttribute([word, summarizeFinding(finding)].filter(Boolean).join(": "));
  const lines = [
    `${finding.severity}: ${word}`,
    ...finding.fields.map((field) => formatChange(field, finding.case)),
    ...(finding.note === undefined ? [] : [finding.note]),
    ...(finding.position ? [`${finding.position.file}:${finding.position.line}`] : []),
    ...(finding.link === undefined ? [] : [finding.link]),
  ];
  const body = xmlText(lines.join("\n"));
  const element = elementOf(finding);
  const inside = `<${element} type="${finding.case}" message="${message}">${body}</${element}>`;
  return `    <testcase classname="${xmlAttribute(group)}" name="${xmlAttribute(`${nameOf(finding)} (${word})`)}">${inside}</testcase>`;
}

function elementOf(finding: DriftFinding): "failure" | "error" | "skipped" {
  if (finding.case === "pending") return "skipped";
  return finding.case === "unreadable" ? "error" : "failure";
}

function sumOf(findings: readonly DriftFinding[]): Record<"failures" | "errors" | "skipped", number> {
  const count = (element: string) => findings.filter((finding) => elementOf(finding) === element).length;
  return { failures: count("failure"), errors: count("error"), skipped: count("skipped") };
}
