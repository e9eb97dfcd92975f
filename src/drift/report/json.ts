/** The report as JSON, after schema/drift.schema.json. */
import { z } from "zod";
import { escapeUnprintableJson } from "../../bitbucket/printable";
import { type DriftReport, reportSchema } from "../model";

/**
 * @param indent Spaces a level. Default: 2; 0 for one line.
 * @returns It can be printed to a terminal, whatever others wrote into names and values.
 */
export function renderJsonReport(report: DriftReport, indent = 2): string {
  return `${escapeUnprintableJson(JSON.stringify(report, null, indent))}\n`;
}

/** The schema of that, for the file in `schema/`. */
export function driftSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema, { io: "input" }) as Record<string, unknown>;
}
