/** The formats of `audit` reports. */
import type { AuditReport } from "../../audit";
import { renderAuditHtml } from "../../audit/report/html";
import { renderAuditJunit } from "../../audit/report/junit";
import { renderAuditMarkdown } from "../../audit/report/markdown";
import { renderAuditSarif } from "../../audit/report/sarif";
import { renderAuditTerminal } from "../../audit/report/terminal";
import { renderJson } from "../../report/json";
import { outputCollector } from "../shared/outputs";

const renderers = {
  html: renderAuditHtml,
  json: (report: AuditReport) => renderJson(report),
  junit: renderAuditJunit,
  markdown: (report: AuditReport, link?: string) => renderAuditMarkdown(report, { link }),
  sarif: renderAuditSarif,
  text: (report: AuditReport) => `${renderAuditTerminal(report, { verbose: true })}\n`,
} as const;

export type AuditFormat = keyof typeof renderers;
export const auditFormats = Object.keys(renderers) as AuditFormat[];
export const collectAuditOutputs = outputCollector(auditFormats);

/** @param link The address of the whole report, for one that is cut. */
export function renderAudit(report: AuditReport, format: AuditFormat, link?: string): string {
  return renderers[format](report, link);
}
