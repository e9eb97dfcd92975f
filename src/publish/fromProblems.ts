/** What `validate --json` prints as a notice. */

import { formatCount } from "../errors/count";
import type { Notice } from "./notice";

/** A problem in YAML, or something to look at. */
interface YamlProblem {
  readonly severity: "error" | "warning";
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/**
 * @param problems Errors make it fail; warnings do not.
 * @param valid What is said where there are none.
 */
export function toProblemsNotice(problems: readonly YamlProblem[], valid: string): Notice {
  const errors = problems.filter(({ severity }) => severity === "error");
  const count = errors.length;
  return {
    id: "bitbucket-as-code-validate",
    title: "Validation of the desired state",
    summary: count === 0 ? "valid" : formatCount(count, "problem"),
    passed: count === 0,
    counts: [
      ["Errors", count],
      ["Warnings", problems.length - count],
    ],
    rows: problems.map(({ severity, file, line, path, message, suggestion }) => ({
      sign: severity === "error" ? "✗" : "!",
      what: `${line > 0 ? `${file}:${line}` : file}${path === "" ? "" : ` ${path}`}`,
      details: [`${message}${suggestion === undefined ? "" : `. Did you mean "${suggestion}"?`}`],
      severity: severity === "error" ? "HIGH" : "LOW",
      position: { file, line },
    })),
    nothing: valid,
    remarks: [],
  };
}
