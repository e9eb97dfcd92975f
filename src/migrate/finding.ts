/** What an audit finds. */

/**
 * `broken`: it does not work any more. `exposed`: a secret that still works stands in a file. `check`: whether it works
 * cannot be seen here. `note`: it works, and there is a better form.
 */
export type Level = "broken" | "exposed" | "check" | "note";

export const levels: readonly Level[] = ["broken", "exposed", "check", "note"];

/** How a file is changed to mend a finding. */
export interface Edit {
  /** The first line, from 1 on, and how many are replaced. */
  readonly line: number;
  readonly count: number;
  /** Without it the lines are taken away. */
  readonly replacement?: string;
}

/** What a rule says of a line. */
export interface Found {
  readonly line: number;
  readonly level: Level;
  /** What is wrong, in a sentence. */
  readonly why: string;
  /** The new form. */
  readonly instead: string;
  /** The variable that it is about. */
  readonly variable?: string;
  /** What must not be shown. */
  readonly secrets?: readonly string[];
  readonly edit?: Edit;
}

export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly path: string;
  readonly line: number;
  /** The line, without secrets. */
  readonly text: string;
  readonly why: string;
  readonly instead: string;
  readonly variable?: string;
  readonly edit?: Edit;
}

/** A line as a shell reads it: lines that end in a backslash go on. */
export interface Line {
  /** Of the first of them. */
  readonly number: number;
  readonly text: string;
}

/** One run over a file. */
export interface Reading {
  line(line: Line): readonly Found[];
  /** What is known at the end alone. */
  end?(): readonly Found[];
}

export interface Rule {
  readonly id: string;
  /** For the documentation. */
  readonly title: string;
  /** Whether it has to do with a file. The path has slashes. Without it, with all. */
  readonly files?: (path: string) => boolean;
  start(path: string): Reading;
}

/** A rule that looks at each line alone. */
export function lineRule(
  rule: Omit<Rule, "start"> & { check(line: Line, path: string): readonly Found[] },
): Rule {
  return {
    id: rule.id,
    title: rule.title,
    ...(rule.files ? { files: rule.files } : {}),
    start: (path) => ({ line: (line) => rule.check(line, path) }),
  };
}
