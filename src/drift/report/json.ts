/** The report as JSON, after schema/drift.schema.json. */
import { z } from "zod";
import { type DriftReport, reportSchema } from "../model";

/**
 * @param indent Spaces a level. Default: 2; 0 for one line.
 * @returns ASCII where it matters: it can be printed to a terminal, whatever others wrote into names and values.
 */
export function jsonReport(report: DriftReport, indent = 2): string {
  const text = JSON.stringify(report, null, indent).replace(
    /[\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${text}\n`;
}

/** The schema of that, for the file in `schema/`. */
export function driftSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema, { io: "input" }) as Record<string, unknown>;
}
