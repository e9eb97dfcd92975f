/** The result of a check. */
export interface DoctorFinding {
  /** The subject of the check: `credential`, `identity`, `scopes`. It is stable across versions. */
  readonly check: string;
  /**
   * `ok`, `note`: nothing to do. `warning`: it works, and should be fixed. `problem`: something will fail.
   */
  readonly status: "ok" | "note" | "warning" | "problem";
  readonly text: string;
  /** What to do: what to click, and where. */
  readonly todo?: readonly string[];
}

export function ok(check: string, text: string): DoctorFinding {
  return { check, status: "ok", text };
}

export function note(check: string, text: string, ...todo: string[]): DoctorFinding {
  return finding(check, "note", text, todo);
}

export function warning(check: string, text: string, ...todo: string[]): DoctorFinding {
  return finding(check, "warning", text, todo);
}

export function problem(check: string, text: string, ...todo: string[]): DoctorFinding {
  return finding(check, "problem", text, todo);
}

function finding(
  check: string,
  status: DoctorFinding["status"],
  text: string,
  todo: readonly string[],
): DoctorFinding {
  return { check, status, text, ...(todo.length > 0 ? { todo } : {}) };
}
