/** A plan as a notice. */

import { maskedSecret } from "../errors";
import { formatCount } from "../errors/count";
import type { PlanBody, PlannedChange } from "../plan/file";
import { type Notice, type Row, shortenText } from "./notice";

export const signs: Readonly<Record<PlannedChange["operation"], string>> = {
  create: "+",
  adopt: "»",
  update: "~",
  replace: "±",
  delete: "-",
};

export const severities: Readonly<Record<PlannedChange["operation"], Row["severity"]>> = {
  create: "LOW",
  adopt: "LOW",
  update: "MEDIUM",
  replace: "HIGH",
  delete: "HIGH",
};

export const operations = ["delete", "replace", "update", "adopt", "create"] as const;

export function toPlanNotice(plan: PlanBody): Notice {
  const counts = operations.map(
    (operation) =>
      [operation, plan.changes.filter((change) => change.operation === operation).length] as const,
  );
  const parts = counts.flatMap(([operation, count]) => (count > 0 ? [`${count} to ${operation}`] : []));
  return {
    ...planHeading(plan.stack),
    summary: [...parts.reverse(), `${plan.unchanged} unchanged`].join(", "),
    passed: true,
    counts: [
      ...counts.flatMap(([operation, count]) =>
        count > 0 || operation !== "adopt" ? [[`To ${operation}`, count] as const] : [],
      ),
      ["Unchanged", plan.unchanged],
    ],
    // Destructive changes come first: they must not be cut off.
    rows: operations.flatMap((operation) =>
      plan.changes.filter((change) => change.operation === operation).map(rowOf),
    ),
    nothing: "No changes.",
    remarks:
      plan.moves.length > 0
        ? [
            `The state of ${formatCount(plan.moves.length, "repository or project", "repositories or projects")} moves between shards.`,
          ]
        : [],
  };
}

/** The heading of a plan's notice, which identifies it. */
export function planHeading(stack: string): Pick<Notice, "id" | "title"> {
  return { id: `bitbucket-as-code-plan-${stack}`, title: `Plan for ${stack}` };
}

function rowOf({ operation, kind, name, fields, position }: PlannedChange): Row {
  return {
    sign: signs[operation],
    what: `${kind} ${name}`,
    details:
      operation === "delete"
        ? []
        : fields.map(({ field, old, new: wanted }) =>
            old === undefined && operation !== "update" && operation !== "replace"
              ? `${field}: ${formatValue(wanted)}`
              : `${field}: ${formatValue(old)} → ${formatValue(wanted)}`,
          ),
    severity: severities[operation],
    position,
  };
}

/** Characters of a value, at most. */
const maxLength = 120;

export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return "(nothing)";
  if (value === maskedSecret) return maskedSecret;
  return shortenText(JSON.stringify(value), maxLength);
}
