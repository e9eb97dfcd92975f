/** The audit as JUnit XML: a suite for each check, a failure for each finding; what is accepted is skipped. */
import { formatPlace } from "../../report/text";
import { xmlAttribute, xmlText } from "../../report/xml";
import type { AuditedCheck, AuditFinding, AuditReport } from "../model";

export function renderAuditJunit(report: AuditReport): string {
  const suites = report.checks
    .filter(({ skipped }) => skipped === undefined)
    .map((check) => suite(check, report));
  const unread = report.unread.length;
  const missing =
    unread === 0
      ? []
      : [
          `  <testsuite name="could not be read" tests="${unread}" failures="0" errors="${unread}" skipped="0">`,
          ...report.unread.map(
            ({ project, repository, part, reason }) =>
              `    <testcase classname="${xmlAttribute(formatPlace({ project, repository }, report.workspace))}" name="${xmlAttribute(part)}"><error type="unreadable" message="${xmlAttribute(reason)}"></error></testcase>`,
          ),
          "  </testsuite>",
        ];
  const tests = suites.reduce((sum, { tests: count }) => sum + count, 0) + unread;
  const failures = suites.reduce((sum, { failures: count }) => sum + count, 0);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${xmlAttribute(`Audit of ${report.workspace}`)}" tests="${tests}" failures="${failures}" errors="${unread}" time="${report.seconds}">
${[...suites.map(({ text }) => text), ...missing].join("\n")}
</testsuites>
`;
}

function suite(check: AuditedCheck, report: AuditReport) {
  const findings = report.findings.filter((finding) => finding.check === check.id);
  const failures = findings.filter(({ accepted }) => accepted === undefined).length;
  const tests = findings.length + (check.passed > 0 ? 1 : 0);
  const cases = [
    ...(check.passed > 0
      ? [`    <testcase classname="${check.id}" name="passed: ${check.passed}"></testcase>`]
      : []),
    ...findings.map((finding) => testcase(finding, check, report)),
  ];
  const text = [
    `  <testsuite name="${xmlAttribute(`${check.id}: ${check.title}`)}" tests="${tests}" failures="${failures}" errors="0" skipped="${findings.length - failures}">`,
    ...cases,
    "  </testsuite>",
  ].join("\n");
  return { text, tests, failures };
}

function testcase(finding: AuditFinding, check: AuditedCheck, { workspace }: AuditReport): string {
  const { subject, message, accepted, severity, link, yaml } = finding;
  const place = formatPlace(finding, workspace);
  const start = `    <testcase classname="${check.id}" name="${xmlAttribute(`${place}: ${subject}`)}">`;
  if (accepted !== undefined)
    return `${start}<skipped message="${xmlAttribute(`accepted: ${accepted.reason}`)}"></skipped></testcase>`;
  const lines = [
    `${severity}: ${place}: ${subject} ${message}`,
    check.why,
    check.fix,
    ...(link ? [link] : []),
    ...(yaml === undefined ? [] : [yaml]),
  ];
  return `${start}<failure type="${severity}" message="${xmlAttribute(`${subject} ${message}`)}">${xmlText(lines.join("\n"))}</failure></testcase>`;
}
