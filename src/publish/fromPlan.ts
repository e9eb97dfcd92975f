/** A plan as a notice. */

import { maskedSecret } from "../errors";
import { formatCount } from "../errors/count";
import {
  describeRecreated,
  describeRecreation,
  formatRecreation,
  lossOf,
  type Recreation,
} from "../model/deletedObject";
import type { PlanBody, PlannedChange } from "../plan/file";
import { type Notice, type Row, shortenText } from "./notice";

export const signs: Readonly<Record<PlannedChange["operation"], string>> = {
  create: "+",
  adopt: "»",
  update: "~",
  replace: "±",
  delete: "-",
};

const severities: Readonly<Record<PlannedChange["operation"], Row["severity"]>> = {
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
  return {
    ...planHeading(plan.stack),
    summary: [...summarize(counts, plan.changes), `${plan.unchanged} unchanged`].join(", "),
    passed: true,
    counts: [
      ...counts.flatMap(([operation, count]) =>
        count > 0 || operation !== "adopt" ? [[`To ${operation}`, count] as const] : [],
      ),
      ["Unchanged", plan.unchanged],
    ],
    rows: sortByImpact(plan.changes).map(rowOf),
    nothing: "No changes.",
    remarks: [
      ...plan.changes.flatMap((change) => {
        const loss = lossOf(change);
        return loss ? [`warning: ${formatRecreation(`${change.kind} ${change.name}`, loss)}`] : [];
      }),
      ...(plan.moves.length > 0
        ? [
            `The state of ${formatCount(plan.moves.length, "repository or project", "repositories or projects")} moves between shards.`,
          ]
        : []),
    ],
  };
}

type Change = Pick<PlannedChange, "operation"> & Recreation;

/** `1 to create`, `2 to update`, … */
export function summarize(
  counts: readonly (readonly [Change["operation"], number])[],
  changes: readonly Change[],
): string[] {
  const parts = counts.flatMap(([operation, count]) =>
    count > 0 ? [`${count} to ${operation}${operation === "create" ? describeRecreated(changes) : ""}`] : [],
  );
  return parts.reverse();
}

/** Puts first what destroys, and what was destroyed: it must not be cut off. */
export function sortByImpact<One extends Change>(changes: readonly One[]): One[] {
  const lost = changes.filter(lossOf);
  const others = operations.flatMap((operation) =>
    changes.filter((change) => change.operation === operation && !lost.includes(change)),
  );
  return [...lost, ...others];
}

export function severityOf(change: Change): Row["severity"] {
  return lossOf(change) ? "HIGH" : severities[change.operation];
}

/** The line below a change that says that somebody deleted it. */
export function recreationLines(change: Recreation): string[] {
  const said = describeRecreation(change);
  return said === undefined ? [] : [said];
}

/** The heading of a plan's notice, which identifies it. */
export function planHeading(stack: string): Pick<Notice, "id" | "title"> {
  return { id: `bitbucket-as-code-plan-${stack}`, title: `Plan for ${stack}` };
}

function rowOf(change: PlannedChange): Row {
  const { operation, kind, name, fields, position } = change;
  return {
    sign: signs[operation],
    what: `${kind} ${name}`,
    details:
      operation === "delete"
        ? []
        : [
            ...recreationLines(change),
            ...fields.map(({ field, old, new: wanted }) =>
              old === undefined && operation !== "update" && operation !== "replace"
                ? `${field}: ${formatValue(wanted)}`
                : `${field}: ${formatValue(old)} → ${formatValue(wanted)}`,
            ),
          ],
    severity: severityOf(change),
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
