/** The outcome of a preview as a notice. */
import { z } from "zod";
import { formatCount } from "../errors/count";
import {
  operations,
  planHeading,
  recreationLines,
  severityOf,
  signs,
  sortByImpact,
  summarize,
} from "./fromPlan";
import type { Notice } from "./notice";

const count = z.int().min(0);

/** What `preview --json` prints, as far as a notice needs it. */
export const previewOutcomeSchema = z.looseObject({
  operation: z.literal("preview"),
  succeeded: z.boolean(),
  counts: z.looseObject({ unchanged: count }),
  /** Resources that were not looked at. */
  notLookedAt: count.optional(),
  shards: z.array(
    z.looseObject({
      changes: z.array(
        z.looseObject({
          operation: z.enum(operations),
          kind: z.string(),
          name: z.string(),
          fields: z.array(z.string()),
          wasDeleted: z.literal(true).optional(),
        }),
      ),
      messages: z.array(z.looseObject({ severity: z.string(), text: z.string() })),
    }),
  ),
});
type PreviewOutcome = z.output<typeof previewOutcomeSchema>;

/** @param stack The name of the stack. */
export function toPreviewNotice(outcome: PreviewOutcome, stack: string): Notice {
  const changes = outcome.shards.flatMap((shard) => shard.changes);
  const messages = outcome.shards.flatMap((shard) => shard.messages);
  const said = new Set(
    messages.flatMap(({ severity, text }) => (severity === "info" ? [] : [`${severity}: ${text}`])),
  );
  const counts = operations.map(
    (operation) => [operation, changes.filter((one) => one.operation === operation).length] as const,
  );
  const parts = summarize(counts, changes);
  const { notLookedAt } = outcome;
  const left = notLookedAt === undefined ? [] : [`${notLookedAt} not looked at`];
  return {
    ...planHeading(stack),
    summary: [...parts, `${outcome.counts.unchanged} unchanged`, ...left].join(", "),
    passed: outcome.succeeded,
    counts: [
      ...counts.flatMap(([operation, number]) =>
        number > 0 || operation !== "adopt" ? [[`To ${operation}`, number] as const] : [],
      ),
      ["Unchanged", outcome.counts.unchanged],
    ],
    rows: sortByImpact(changes).map((change) => ({
      sign: signs[change.operation],
      what: `${change.kind} ${change.name}`,
      details: [
        ...recreationLines(change),
        ...(change.operation === "update" && change.fields.length > 0 ? [change.fields.join(", ")] : []),
      ],
      severity: severityOf(change),
    })),
    nothing: outcome.succeeded ? "No changes." : "The preview failed: it is unknown what would change.",
    remarks: [
      ...said,
      ...(notLookedAt === undefined
        ? []
        : [
            `Not looked at: ${formatCount(notLookedAt, "resource")} that the YAML does not change, and what is not managed. A full preview ` +
              "shows what changed there.",
          ]),
    ],
  };
}
