/** The finding of an audit. */

/**
 * `broken`: it does not work any more. `exposed`: a secret that still works is in a file. `check`: whether it works
 * cannot be seen here. `note`: it works, and there is a better form.
 */
export type FindingLevel = "broken" | "exposed" | "check" | "note";

export const levels: readonly FindingLevel[] = ["broken", "exposed", "check", "note"];

/** How a file is changed to fix a finding. */
export interface LineEdit {
  /** The first line, from 1 on, and how many are replaced. */
  readonly line: number;
  readonly count: number;
  /** Without it, the lines are removed. */
  readonly replacement?: string;
}

/** The finding of a rule in a line. */
export interface LineFinding {
  readonly line: number;
  readonly level: FindingLevel;
  /** The problem, in a sentence. */
  readonly why: string;
  /** The new form. */
  readonly instead: string;
  /** The variable that it is about. */
  readonly variable?: string;
  /** What must not be shown. */
  readonly secrets?: readonly string[];
  readonly edit?: LineEdit;
}

export interface MigrationFinding {
  readonly rule: string;
  readonly level: FindingLevel;
  readonly path: string;
  readonly line: number;
  /** The line, without secrets. */
  readonly text: string;
  readonly why: string;
  readonly instead: string;
  readonly variable?: string;
  readonly edit?: LineEdit;
}

/** A line as a shell reads it: lines that end in a backslash go on. */
export interface LogicalLine {
  /** Of the first of them. */
  readonly number: number;
  readonly text: string;
}

/** One run over a file. */
export interface Reading {
  line(line: LogicalLine): readonly LineFinding[];
  /** What is known at the end alone. */
  end?(): readonly LineFinding[];
}

export interface AuditRule {
  readonly id: string;
  /** For the documentation. */
  readonly title: string;
  /** Whether it has to do with a file. The path has slashes. Without it, with all. */
  readonly files?: (path: string) => boolean;
  start(path: string): Reading;
}

/** A rule that looks at each line alone. */
export function lineRule(
  rule: Omit<AuditRule, "start"> & { check(line: LogicalLine, path: string): readonly LineFinding[] },
): AuditRule {
  return {
    id: rule.id,
    title: rule.title,
    ...(rule.files ? { files: rule.files } : {}),
    start: (path) => ({ line: (line) => rule.check(line, path) }),
  };
}
