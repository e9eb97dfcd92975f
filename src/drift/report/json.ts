/** The report as JSON, after schema/drift.schema.json. */
import { z } from "zod";
import { type DriftReport, reportSchema } from "../model";

export function jsonReport(report: DriftReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The schema of that, for the file in `schema/`. */
export function driftSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema, { io: "input" }) as Record<string, unknown>;
}
