/** The report as JSON, as in schema/drift.schema.json. */
import { z } from "zod";
import { escapeUnprintableJson } from "../../bitbucket/printable";
import { type DriftReport, reportSchema } from "../model";

/**
 * @param indent Spaces per level. Default: 2; 0 for one line.
 * @returns JSON that is safe to print to a terminal, whatever names and values contain.
 */
export function renderJsonReport(report: DriftReport, indent = 2): string {
  return `${escapeUnprintableJson(JSON.stringify(report, null, indent))}\n`;
}

/** The JSON Schema of the report, for the file in `schema/`. */
export function driftSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema, { io: "input" }) as Record<string, unknown>;
}
