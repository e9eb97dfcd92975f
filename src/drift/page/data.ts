/** The page's input: the report, and the labels that it shows. */
import {
  caseMeanings,
  cases,
  type DriftCase,
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

export interface PageData {
  readonly report: DriftReport;
  readonly days: readonly HistoryDay[];
  readonly cases: readonly DriftCase[];
  readonly severities: readonly Severity[];
  readonly words: Readonly<Record<DriftCase, { readonly word: string; readonly meaning: string }>>;
  readonly operations: Readonly<Record<DriftOperation, string>>;
  /** A line for each finding, by its id. */
  readonly gists: Readonly<Record<string, string>>;
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
  };
}
