/**
 * How much a difference matters: by what it does to who can see, change or run what. It is judged from the desired
 * value to the live value, so that a restriction that was loosened counts for more than one that was tightened.
 */
import type { Properties } from "./object";

/** How much something matters, the most first. */
export const severities = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/** The most severe of several, or the least there is where there are none. */
export function worstSeverity(found: readonly Severity[]): Severity {
  return severities.find((severity) => found.includes(severity)) ?? "low";
}

/** A difference of one field. A value that is not known is undefined. */
export interface FieldDifference {
  /** What should be there. */
  readonly expected: unknown;
  /** The live value. */
  readonly live: unknown;
  /** The object's other fields, as desired. */
  readonly values: Properties;
}

export type FieldSeverity = Severity | ((difference: FieldDifference) => Severity);

/** How much it matters that an object differs from its desired state. */
export interface SeverityRules {
  /** It should be there, and was deleted. */
  readonly missing: Severity | ((values: Properties) => Severity);
  /** It should be there, and was never created. Default: `low`. */
  readonly uncreated?: Severity | ((values: Properties) => Severity);
  /** It is there, and should not be. */
  readonly extra: Severity | ((values: Properties) => Severity);
  /** It was deleted and created again: it has another id. */
  readonly recreated: Severity;
  /** A field has another value. Default: `low`. */
  readonly fields?: Readonly<Record<string, FieldSeverity>>;
}

/** The severity of a truth value of which one side is the dangerous one. */
export const whenLiveIs =
  (dangerous: boolean, severity: Severity, otherwise: Severity = "low"): FieldSeverity =>
  ({ live }) =>
    live === dangerous ? severity : otherwise;

/** The severity of a word that is looser than it should be: they go from the strictest to the loosest. */
export const whenLooser =
  (words: readonly string[], severity: Severity, otherwise: Severity = "medium"): FieldSeverity =>
  ({ expected, live }) =>
    words.indexOf(String(live)) > words.indexOf(String(expected)) ? severity : otherwise;

/** Of a key with which somebody logs in or signs. */
export const keySeverity: SeverityRules = {
  missing: "medium",
  extra: "critical",
  recreated: "medium",
};

/** The number of findings of each severity. */
export function countSeverities(
  findings: readonly { readonly severity: Severity }[],
): Readonly<Record<Severity, number>> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}
