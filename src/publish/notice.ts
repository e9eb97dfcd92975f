/** A notice about a plan or drift for Bitbucket, for any channel. */
import { escapeUnprintable } from "../bitbucket/printable";

export interface Notice {
  /** Distinguishes it from others on the same commit and pull request: `bitbucket-as-code-plan-acme`. */
  readonly id: string;
  readonly title: string;
  /** On one line: `1 to create, 985 unchanged`. */
  readonly summary: string;
  /** Whether it succeeded: for drift, that there is none. */
  readonly passed: boolean;
  readonly counts: readonly (readonly [title: string, count: number])[];
  readonly rows: readonly Row[];
  /** The text if there are no rows. */
  readonly nothing: string;
  /** Further remarks for the reader: paragraphs of Markdown. */
  readonly remarks: readonly string[];
}

/** One resource. */
export interface Row {
  /** `+`, `~`, `-`, … */
  readonly sign: string;
  /** `Repository api`. */
  readonly what: string;
  /** A line for each field. */
  readonly details: readonly string[];
  readonly severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW";
  /** The position in the YAML. The file is relative to the project. */
  readonly position?: { readonly file: string; readonly line: number } | undefined;
  readonly link?: string | undefined;
}

/** Cuts a text to this many UTF-16 code units, but not within a character. */
export function shortenText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/**
 * Text of any origin, on one line and without characters that could move a cursor or change the reading
 * direction.
 */
export function plainLine(text: string): string {
  return escapeUnprintable(text.replace(/\s*[\r\n]+\s*/g, " "));
}
