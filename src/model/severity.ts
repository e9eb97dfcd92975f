/** How much a finding matters: by the rules of its kind. */
import type { Kind, Properties } from "../kinds/kind";
import { type Severity, worstSeverity } from "../kinds/severity";

/** @param values The object's desired values. */
export function severityOfField(
  { severity }: Kind,
  field: string,
  expected: unknown,
  live: unknown,
  values: Properties,
): Severity {
  const rule = severity.fields?.[field] ?? "low";
  return typeof rule === "string" ? rule : rule({ expected, live, values });
}

export function severityOfMissing({ severity }: Kind, values: Properties): Severity {
  return rateWith(severity.missing, values);
}

export function severityOfUncreated({ severity }: Kind, values: Properties): Severity {
  return rateWith(severity.uncreated ?? "low", values);
}

export function severityOfExtra({ severity }: Kind, values: Properties): Severity {
  return rateWith(severity.extra, values);
}

export function severityOfRecreated({ severity }: Kind, fields: readonly Severity[]): Severity {
  return worstSeverity([...fields, severity.recreated]);
}

function rateWith(severity: Severity | ((values: Properties) => Severity), values: Properties): Severity {
  return typeof severity === "string" ? severity : severity(values);
}
