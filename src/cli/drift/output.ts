/** The formats of `drift` reports. */
import type { DriftReport } from "../../drift";
import type { HistoryDay } from "../../drift/page/data";
import { renderHtmlReport } from "../../drift/page/html";
import { renderJunitReport } from "../../drift/report/junit";
import { renderMarkdownReport } from "../../drift/report/markdown";
import { renderTerminalReport } from "../../drift/report/terminal";
import { renderJson } from "../../report/json";
import { outputCollector } from "../shared/outputs";

/** A renderer's context beside the report. */
interface OutputContext {
  readonly days: readonly HistoryDay[];
  /** The address of the whole report, for one that is cut. */
  readonly link?: string | undefined;
}

const renderers = {
  html: (report: DriftReport, { days }: OutputContext) => renderHtmlReport(report, days),
  json: (report: DriftReport) => renderJson(report),
  junit: renderJunitReport,
  markdown: (report: DriftReport, { link }: OutputContext) => renderMarkdownReport(report, { link }),
  text: (report: DriftReport) => `${renderTerminalReport(report, { verbose: true })}\n`,
} as const;
export type Format = keyof typeof renderers;
export const formats = Object.keys(renderers) as Format[];

export const collectOutputs = outputCollector(formats);

export function renderReport(report: DriftReport, format: Format, context: OutputContext): string {
  return renderers[format](report, context);
}
