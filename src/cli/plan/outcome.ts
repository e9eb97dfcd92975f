/** Describes the outcome of a run over shards. */
import colors from "picocolors";
import { Budget, type Client, flushLedgers, Ledger, ledgerFolder } from "../../bitbucket";
import { formatCount } from "../../errors/count";
import { describeRecreated } from "../../model/deletedObject";
import { groupBy } from "../../model/groupBy";
import { shareOfLimit } from "../../provider/clientFrom";
import type { EngineMessage, ResourceChange, RunOutcome, ShardOutcome } from "../../run";
import { recreationText, signs } from "./text";

const past: Readonly<Record<ResourceChange["operation"], string>> = {
  create: "created",
  adopt: "adopted",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

/** Lines of changes of one shard, unless all are asked for. */
const fewLines = 20;

/** @param verbose Shows every change. */
export function formatOutcome(outcome: RunOutcome, verbose: boolean): string {
  const lines: string[] = [];
  const several = outcome.shards.length > 1;
  // What is wrong with the whole stack, each shard has met.
  const told = new Set<string>();
  for (const shard of outcome.shards) {
    if (several && (shard.changes.length > 0 || !shard.succeeded)) lines.push("", colors.bold(shard.stack));
    const most = verbose ? shard.changes.length : fewLines;
    lines.push(...shard.changes.slice(0, most).map(changeLine));
    if (shard.changes.length > most) lines.push(`  … and ${shard.changes.length - most} more (--verbose)`);
    const errors = errorLines(shard);
    lines.push(...errors.filter((line) => !told.has(line)));
    for (const line of errors) told.add(line);
    if (!shard.succeeded) lines.push(colors.red(`  ${shard.stack}: ${outcome.operation} failed`));
  }
  const notes = [...notesOf(outcome.shards)];
  if (notes.length > 0) lines.push("", ...notes);
  if (outcome.skipped.length > 0) lines.push("", `Not started: ${outcome.skipped.join(", ")}`);
  lines.push("", summaryLine(outcome));
  return lines.join("\n").replace(/^\n+/, "");
}

/** `12 to create, 3 to update, 985 unchanged, in 5 shards, 41 s` */
function summaryLine({ operation, shards, moves, seconds, notLookedAt, succeeded }: RunOutcome): string {
  const counts = countsOf(shards);
  const word = (name: ResourceChange["operation"]) => (operation === "preview" ? `to ${name}` : past[name]);
  const recreated = describeRecreated(shards.flatMap(({ changes }) => changes));
  const parts = (Object.keys(past) as ResourceChange["operation"][]).flatMap((name) =>
    counts[name] > 0 ? [`${counts[name]} ${word(name)}${name === "create" ? recreated : ""}`] : [],
  );
  // A run that failed before it came to anything has not found that there is nothing.
  if (!succeeded && parts.length + counts.unchanged === 0) parts.push("failed");
  else if (operation !== "destroy" || parts.length === 0) parts.push(`${counts.unchanged} unchanged`);
  if (notLookedAt !== undefined) parts.push(`${notLookedAt} not looked at`);
  if (moves.length > 0)
    parts.push(`${moves.length} ${operation === "preview" ? "to move" : "moved"} between shards`);
  if (shards.length > 1) parts.push(`in ${formatCount(shards.length, "shard")}`);
  return colors.bold(`${parts.join(", ")}, ${seconds.toFixed(1)} s`);
}

export function countsOf(
  shards: readonly ShardOutcome[],
): Record<ResourceChange["operation"] | "unchanged", number> {
  const counts = { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, unchanged: 0 };
  for (const { changes, unchanged } of shards) {
    counts.unchanged += unchanged;
    for (const { operation } of changes) counts[operation] += 1;
  }
  return counts;
}

/** Lines of collections with the most requests. */
const fewCollections = 6;

/** Describes the requests of all processes of a run, from their shared ledger. */
export function formatRequests(
  run: string,
  client: Pick<Client, "baseUrl" | "credentials" | "budget">,
  env: NodeJS.ProcessEnv,
  verbose = false,
): string | undefined {
  flushLedgers();
  const ledger = new Ledger(ledgerFolder(client.baseUrl, client.credentials, env), run);
  if (ledger.ofRun().size === 0) return undefined;
  const budget = new Budget({ ledger, limit: client.budget.wholeLimit, share: shareOfLimit(env) });
  return budget.formatSummary(verbose || budget.isNearLimit ? fewCollections : 0);
}

function changeLine(change: ResourceChange): string {
  const { operation, kind, name, fields } = change;
  const differing = fields.length > 0 ? colors.dim(` (${fields.join(", ")})`) : "";
  return `  ${signs[operation]} ${kind} ${name}${differing}${recreationText(change)}`;
}

/** What stops several resources is shown at the first of them, with their number. */
function errorLines({ messages }: ShardOutcome): string[] {
  const errors = messages.filter(({ severity }) => severity === "error");
  return [...groupBy(errors, ({ text }) => text).values()].map(([first, ...others]) => {
    const about = first.about && others.length > 0 ? `${first.about} and ${others.length} more` : first.about;
    return messageLine({ ...first, ...(about ? { about } : {}) });
  });
}

function messageLine({ severity, text, about }: EngineMessage): string {
  const colour = severity === "error" ? colors.red : severity === "warning" ? colors.yellow : colors.dim;
  return `  ${colour(`${severity}:`)} ${about ? `${about}: ` : ""}${text.split("\n").join("\n    ")}`;
}

/** Warnings and notes, without duplicates: every shard reads the same YAML. */
function notesOf(shards: readonly ShardOutcome[]): Set<string> {
  return new Set(
    shards.flatMap(({ messages }) =>
      messages.filter(({ severity }) => severity !== "error").map(messageLine),
    ),
  );
}
