/** The finding of an audit. */

/**
 * `broken`: it no longer works. `exposed`: a secret that still works is in a file. `check`: whether it works
 * cannot be determined here. `note`: it works, and there is a better form.
 */
export type FindingLevel = "broken" | "exposed" | "check" | "note";

export const levels: readonly FindingLevel[] = ["broken", "exposed", "check", "note"];

/** An edit of a file that fixes a finding. */
export interface LineEdit {
  /** The first line, counted from 1, and how many are replaced. */
  readonly line: number;
  readonly count: number;
  /** Without it, the lines are removed. */
  readonly replacement?: string;
}

/** A rule's finding in a line. */
export interface LineFinding {
  readonly line: number;
  readonly level: FindingLevel;
  /** The problem, in a sentence. */
  readonly why: string;
  /** The recommended form. */
  readonly instead: string;
  /** The variable concerned. */
  readonly variable?: string;
  /** Texts to mask. */
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

/** A line as a shell reads it: lines that end in a backslash are joined with the next. */
export interface LogicalLine {
  /** The number of the first line. */
  readonly number: number;
  readonly text: string;
}

/** One pass over a file. */
export interface Reading {
  line(line: LogicalLine): readonly LineFinding[];
  /** Returns findings that are only known at the end. */
  end?(): readonly LineFinding[];
}

export interface AuditRule {
  readonly id: string;
  /** For the documentation. */
  readonly title: string;
  /** Whether it applies to a file. The path has slashes. Default: all files. */
  readonly files?: (path: string) => boolean;
  start(path: string): Reading;
}

/** A rule that checks each line separately. */
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
