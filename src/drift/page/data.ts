/** The page's input: the report, and the labels that it shows. */
import { countSeverities } from "../../kinds/severity";
import {
  caseMeanings,
  cases,
  type DriftCase,
  type DriftFinding,
  type DriftOperation,
  type DriftReport,
  type Severity,
  severities,
} from "../model";
import { caseWords, summarizeFinding } from "../report/text";

/** A day of the timeline. */
export interface HistoryDay {
  /** `2026-03-14`, in UTC. */
  readonly day: string;
  /** How many runs looked for drift. */
  readonly runs: number;
  /** Findings of the run with the most, by severity, without pending changes. */
  readonly severities: Readonly<Partial<Record<Severity, number>>>;
}

/** A finding as the page shows it: of drift, or of another report whose cases have other names. */
export interface PageFinding extends Omit<DriftFinding, "case" | "fingerprint"> {
  readonly case: string;
  /** What is known of it: terms with their texts. Left out: what a finding of drift says of itself. */
  readonly facts?: readonly (readonly [term: string, text: string])[] | undefined;
  /** A text to copy, with its title. */
  readonly snippet?: { readonly title: string; readonly text: string } | undefined;
}

interface PageReport {
  readonly workspace: string;
  /** ISO 8601. */
  readonly at: string;
  readonly findings: readonly PageFinding[];
  readonly counts: {
    readonly cases: Readonly<Record<string, number>>;
    readonly severities: Readonly<Record<Severity, number>>;
  };
}

export interface PageData {
  readonly report: PageReport;
  readonly days: readonly HistoryDay[];
  readonly cases: readonly string[];
  readonly severities: readonly Severity[];
  readonly words: Readonly<Record<string, { readonly word: string; readonly meaning: string }>>;
  readonly operations: Readonly<Record<DriftOperation, string>>;
  /** A line for each finding, by its id. */
  readonly gists: Readonly<Record<string, string>>;
  /** What limits the report's validity, a line each. */
  readonly notes: readonly string[];
  /** What it means that nothing was found. */
  readonly calm: { readonly title: string; readonly text: string };
}

/** What a page of another report than drift shows. */
interface OtherReport
  extends Pick<PageReport, "workspace" | "at" | "findings">,
    Pick<PageData, "words" | "notes" | "calm"> {}

/** The cases are those of the words, in their order. Each finding has a note, which is its line. */
export function otherPageData({ workspace, at, findings, words, ...rest }: OtherReport): PageData {
  const count = (name: string) => findings.filter((finding) => finding.case === name).length;
  const byCase = Object.fromEntries(Object.keys(words).map((name) => [name, count(name)]));
  return {
    ...rest,
    report: { workspace, at, findings, counts: { cases: byCase, severities: countSeverities(findings) } },
    days: [],
    cases: Object.keys(byCase).filter((name) => byCase[name] !== 0),
    severities,
    words,
    operations: operationWords,
    gists: Object.fromEntries(findings.map(({ id, note = "" }) => [id, note])),
  };
}

const operationWords: Readonly<Record<DriftOperation, string>> = {
  create: "creates it",
  update: "updates it in place",
  replace: "deletes and recreates it",
  delete: "deletes it",
};

export function pageData(report: DriftReport, days: readonly HistoryDay[]): PageData {
  const words = Object.fromEntries(
    cases.map((name) => [name, { word: caseWords[name], meaning: caseMeanings[name] }]),
  ) as Record<DriftCase, { word: string; meaning: string }>;
  return {
    report,
    days,
    cases,
    severities,
    words,
    operations: operationWords,
    gists: Object.fromEntries(report.findings.map((finding) => [finding.id, summarizeFinding(finding)])),
    notes: [
      ...report.warnings,
      ...report.undetectable.map(({ kind, name, field, reason }) => `${kind} ${name}, ${field}: ${reason}`),
    ],
    calm: { title: "No drift", text: calmText(report) },
  };
}

function calmText({ compared, filter }: DriftReport): string {
  if (compared === 0) return "There are no resources to compare.";
  const what = filter ? "The resources that match the filter are" : "All resources are";
  return `${what} in sync with the last apply and with YAML.`;
}
