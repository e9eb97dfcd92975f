/** How much a finding matters: by the rules of its kind. */
import type { Kind, Values } from "../kinds/kind";
import { type Severity, worst } from "../kinds/severity";

/** @param values The object's values, as it should be. */
export function severityOfField(
  { severity }: Kind,
  field: string,
  expected: unknown,
  live: unknown,
  values: Values,
): Severity {
  const rule = severity.fields?.[field] ?? "low";
  return typeof rule === "string" ? rule : rule({ expected, live, values });
}

export function severityOfMissing({ severity }: Kind, values: Values): Severity {
  return judged(severity.missing, values);
}

export function severityOfUncreated({ severity }: Kind, values: Values): Severity {
  return judged(severity.uncreated ?? "low", values);
}

export function severityOfExtra({ severity }: Kind, values: Values): Severity {
  return judged(severity.extra, values);
}

export function severityOfRecreated({ severity }: Kind, fields: readonly Severity[]): Severity {
  return worst([...fields, severity.recreated]);
}

function judged(severity: Severity | ((values: Values) => Severity), values: Values): Severity {
  return typeof severity === "string" ? severity : severity(values);
}
