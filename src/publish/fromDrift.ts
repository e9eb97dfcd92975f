/** A drift report as a notice. */

import { exitCodeOf } from "../drift/exit";
import { caseMeanings, cases, type DriftFinding, type DriftReport } from "../drift/model";
import { capitalise } from "../errors/words";
import { formatValue } from "./fromPlan";
import type { Notice, Row } from "./notice";

const signs: Readonly<Record<DriftFinding["case"], string>> = {
  drift: "~",
  deleted: "-",
  recreated: "±",
  unmanaged: "?",
  pending: ">",
  unreadable: "!",
};

const severities: Readonly<Record<DriftFinding["severity"], Row["severity"]>> = {
  critical: "CRITICAL",
  high: "HIGH",
  medium: "MEDIUM",
  low: "LOW",
};

export function toDriftNotice(report: DriftReport): Notice {
  const found = cases.filter((name) => report.counts.cases[name] > 0);
  return {
    ...driftHeading(report.stack),
    summary: [
      ...found.map((name) => `${report.counts.cases[name]} ${name}`),
      `${report.unchanged} unchanged`,
    ].join(", "),
    // As the command itself exits: unmanaged resources count, and an error is not taken for no drift.
    passed: exitCodeOf(report, { failOn: "low" }) === 0,
    counts: [
      ...cases.map((name) => [capitalise(name), report.counts.cases[name]] as const),
      ["Unchanged", report.unchanged],
    ],
    rows: report.findings.map(rowOf),
    nothing: "The workspace matches the YAML and the last apply.",
    remarks: [
      ...found.map((name) => `\`${signs[name]}\` ${caseMeanings[name]}`),
      ...(report.complete ? [] : ["Not everything could be read: there may be more."]),
    ],
  };
}

/** The heading of a drift notice, which identifies it. */
export function driftHeading(stack: string): Pick<Notice, "id" | "title"> {
  return { id: `bitbucket-as-code-drift-${stack}`, title: `Drift of ${stack}` };
}

function rowOf(finding: DriftFinding): Row {
  const { kind, name, fields, severity, position, note, link } = finding;
  return {
    sign: signs[finding.case],
    what: `${kind} ${name}`,
    details: [
      ...fields.map(({ field, last, live, desired }) => {
        const wanted =
          finding.case === "pending"
            ? `${formatValue(live)} → ${formatValue(desired)}`
            : `${formatValue(desired ?? last)} → ${formatValue(live)}`;
        return `${field}: ${wanted}`;
      }),
      ...(note === undefined ? [] : [note]),
    ],
    severity: severities[severity],
    position: fields.find((field) => field.position)?.position ?? position,
    link,
  };
}
