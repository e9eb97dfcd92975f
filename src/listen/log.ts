/** What the listener says: lines for people, or JSON lines as in schema/listen.schema.json. */
import { z } from "zod";
import { escapeUnprintable, escapeUnprintableJson } from "../bitbucket/printable";
import { reportSchema } from "../drift/model";
import { renderTerminalReport } from "../drift/report/terminal";
import { redact } from "../errors";
import { formatCount } from "../errors/count";
import { eventKeys } from "./event";
import { outcomes } from "./store";

const at = z.iso.datetime().meta({ description: "When it happened." });
const count = z.int().min(0);
const event = {
  id: z.string().meta({ description: "X-Request-UUID of the delivery." }),
  key: z.enum(eventKeys).meta({ description: "X-Event-Key. It is not signed: a hint." }),
  attempt: z.int().min(1).meta({ description: "X-Attempt-Number." }),
  subject: z.string().meta({ description: "`repository {uuid}` or `project {uuid}`." }),
};

const appliedChange = z.object({
  operation: z.enum(["create", "update"]),
  kind: z.string().meta({ description: "The resource type: Webhook." }),
  name: z.string(),
});
export type AppliedChange = z.output<typeof appliedChange>;

export const logSchema = z
  .discriminatedUnion("what", [
    z.object({
      what: z.literal("started"),
      at,
      stack: z.string(),
      url: z.string().meta({ description: "The address that it listens on." }),
      pending: count.meta({ description: "Events that a former process accepted." }),
      signed: z.boolean().meta({ description: "Whether signatures are checked." }),
    }),
    z.object({ what: z.literal("accepted"), at, ...event }),
    z.object({
      what: z.literal("refused"),
      at,
      status: z.int().meta({ description: "The HTTP status of the answer." }),
      reason: z.string(),
      more: count
        .optional()
        .meta({ description: "Further ones since the last line, which were not logged." }),
    }),
    z.object({
      what: z.literal("repeated"),
      at,
      ...event,
      handled: z.boolean().meta({ description: "Whether it was handled before. Otherwise it still waits." }),
    }),
    z.object({
      what: z.literal("looked"),
      at,
      subject: event.subject,
      name: z.string().optional().meta({ description: "The slug or the key in the YAML, if it is known." }),
      events: z.array(z.string()).meta({ description: "The ids of the events that this look handled." }),
      outcome: z.enum(outcomes),
      requests: count.meta({ description: "The number of requests to the API." }),
      seconds: z.number().nonnegative(),
      message: z.string().optional(),
      applied: z
        .array(appliedChange)
        .optional()
        .meta({ description: "What the profiles of a new repository changed." }),
      report: reportSchema
        .optional()
        .meta({ description: "As of `drift --json`, of this repository alone." }),
    }),
    z.object({
      what: z.literal("postponed"),
      at,
      subject: event.subject,
      events: z.array(z.string()),
      message: z.string().meta({ description: "Why the look failed." }),
      next: z.iso.datetime().meta({ description: "When it is tried again." }),
    }),
    z.object({ what: z.literal("warning"), at, message: z.string() }),
    z.object({
      what: z.literal("stopped"),
      at,
      pending: count.meta({ description: "Events that the next start handles." }),
    }),
  ])
  .meta({ title: "A line of the log of bitbucket-as-code listen --json" });
export type LogEntry = z.output<typeof logSchema>;

/** One line, without secrets, that is safe to print to a terminal. */
export function renderLogLine(entry: LogEntry): string {
  return redact(escapeUnprintableJson(JSON.stringify(entry)));
}

/** The same for people. A report with findings takes more lines. */
export function renderLogText(entry: LogEntry): string {
  return redact(`${entry.at} ${escapeUnprintable(describeEntry(entry))}${renderFindings(entry)}`);
}

function describeEntry(entry: LogEntry): string {
  switch (entry.what) {
    case "started":
      return (
        `Listening on ${entry.url} for ${entry.stack}` +
        (entry.pending > 0 ? `, with ${formatCount(entry.pending, "event")} from before.` : ".") +
        (entry.signed ? "" : " Signatures are not checked.")
      );
    case "accepted":
      return `${entry.key} of ${entry.subject}: accepted (${entry.id})`;
    case "refused":
      return `Refused with ${entry.status}: ${entry.reason}${entry.more ? ` (and ${entry.more} more)` : ""}`;
    case "repeated":
      return `${entry.key} of ${entry.subject}: attempt ${entry.attempt} of an event that ${entry.handled ? "is handled" : "waits"} (${entry.id})`;
    case "looked": {
      const applied = (entry.applied ?? []).map(
        ({ operation, kind, name }) => `\n  ${operation} ${kind} ${name}`,
      );
      const cost = `${formatCount(entry.events.length, "event")}, ${formatCount(entry.requests, "request")}, ${entry.seconds} s`;
      const message = entry.message === undefined ? "" : `. ${entry.message}`;
      return `${entry.name ?? entry.subject}: ${entry.outcome} (${cost})${message}${applied.join("")}`;
    }
    case "postponed":
      return `${entry.subject}: ${entry.message} Next attempt at ${entry.next}`;
    case "warning":
      return entry.message;
    case "stopped":
      return entry.pending === 0
        ? "Stopped."
        : `Stopped. ${formatCount(entry.pending, "event")} left for the next start.`;
  }
}

function renderFindings(entry: LogEntry): string {
  if (entry.what !== "looked" || !entry.report || entry.report.findings.length === 0) return "";
  return `\n${renderTerminalReport(entry.report, {})}`;
}
