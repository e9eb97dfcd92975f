/** Renders a plan for a terminal. */
import colors from "picocolors";
import { maskedSecret } from "../../errors";
import { describeRecreated, describeRecreation, lossOf, type Recreation } from "../../model/deletedObject";
import type { PlanBody, PlanFile, PlannedChange } from "../../plan/file";

export const signs: Readonly<Record<PlannedChange["operation"], string>> = {
  create: colors.green("+"),
  adopt: colors.cyan("»"),
  update: colors.yellow("~"),
  replace: colors.yellow("±"),
  delete: colors.red("-"),
};

/** Renders each change with its fields and its line in the YAML. */
export function formatPlan(plan: PlanFile): string {
  const lines = [
    `${colors.bold(plan.stack)}, workspace ${plan.workspace} at ${plan.server.api}, made ${plan.createdAt}`,
  ];
  lines.push(
    plan.signature.key === "none"
      ? colors.yellow("not signed with a key: anyone could have changed it")
      : `signed with ${plan.signature.key === "passphrase" ? "the stack's passphrase" : plan.signature.key}, and unchanged`,
  );
  let stack = "";
  for (const change of plan.changes) {
    if (change.stack !== stack) {
      stack = change.stack;
      lines.push("", colors.bold(stack));
    }
    lines.push(
      `  ${signs[change.operation]} ${change.kind} ${change.name}${placeText(change)}${recreationText(change)}`,
    );
    for (const field of change.fields) lines.push(`      ${formatField(change, field)}`);
  }
  for (const { name, from, to } of plan.moves) lines.push(`  ${name}: its state moves from ${from} to ${to}`);
  lines.push("", colors.bold(planSummary(plan)));
  return lines.join("\n");
}

/** `1 to create, 2 to update, 985 unchanged` */
function planSummary({ changes, unchanged, moves }: PlanBody): string {
  const parts = (["create", "adopt", "update", "replace", "delete"] as const).flatMap((operation) => {
    const count = changes.filter((change) => change.operation === operation).length;
    const recreated = operation === "create" ? describeRecreated(changes) : "";
    return count > 0 ? [`${count} to ${operation}${recreated}`] : [];
  });
  parts.push(`${unchanged} unchanged`);
  if (moves.length > 0) parts.push(`${moves.length} to move between shards`);
  return parts.join(", ");
}

/** `value: "info" → "debug"` */
function formatField(
  { operation }: Pick<PlannedChange, "operation">,
  { field, old, new: wanted }: PlannedChange["fields"][number],
): string {
  if (operation === "create" || operation === "adopt") return `${field}: ${formatValue(wanted)}`;
  if (operation === "delete") return `${field}: ${formatValue(old)}`;
  return `${field}: ${formatValue(old)} → ${formatValue(wanted)}`;
}

function formatValue(value: unknown): string {
  if (value === undefined) return "(nothing)";
  if (value === maskedSecret) return maskedSecret;
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function placeText({ position }: PlannedChange): string {
  return position === undefined ? "" : colors.dim(`  ${position.file}:${position.line}`);
}

/** Beside a change: that somebody deleted it, and in red, what does not come back. */
export function recreationText(change: Recreation): string {
  const said = describeRecreation(change);
  if (said === undefined) return "";
  return `  ${lossOf(change) ? colors.red(said) : colors.yellow(said)}`;
}
