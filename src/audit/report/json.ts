/** The audit as JSON, as in schema/audit.schema.json. */
import { z } from "zod";
import { escapeUnprintableJson } from "../../bitbucket/printable";
import { type AuditReport, auditReportSchema } from "../model";

/** @returns JSON that is safe to print to a terminal, whatever names contain. */
export function renderAuditJson(report: AuditReport): string {
  return `${escapeUnprintableJson(JSON.stringify(report, null, 2))}\n`;
}

/** The JSON Schema of the report, for the file in `schema/`. */
export function auditSchema(): Record<string, unknown> {
  return z.toJSONSchema(auditReportSchema, { io: "input" }) as Record<string, unknown>;
}
