/** The destinations of `drift` reports: files, and standard output. */
import { accessSync, constants, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InvalidArgumentError } from "commander";
import type { DriftReport } from "../../drift";
import { makeFolder } from "../../drift/folder";
import type { HistoryDay } from "../../drift/page/data";
import { renderHtmlReport } from "../../drift/page/html";
import { renderJsonReport } from "../../drift/report/json";
import { renderJunitReport } from "../../drift/report/junit";
import { renderMarkdownReport } from "../../drift/report/markdown";
import { renderTerminalReport } from "../../drift/report/terminal";
import { messageOf, UserError } from "../../errors";
import { UsageError } from "../shared/project";

/** A renderer's context beside the report. */
export interface OutputContext {
  readonly days: readonly HistoryDay[];
  /** The address of the whole report, for one that is cut. */
  readonly link?: string | undefined;
}

const renderers = {
  html: (report: DriftReport, { days }: OutputContext) => renderHtmlReport(report, days),
  json: (report: DriftReport) => renderJsonReport(report),
  junit: renderJunitReport,
  markdown: (report: DriftReport, { link }: OutputContext) => renderMarkdownReport(report, { link }),
  text: (report: DriftReport) => `${renderTerminalReport(report, { verbose: true })}\n`,
} as const;
export type Format = keyof typeof renderers;
export const formats = Object.keys(renderers) as Format[];

/** A report to write, and its destination: a path, or `-` for standard output. */
export interface Output {
  readonly format: Format;
  readonly path: string;
}

/** Parses `html=drift.html,json=drift.json`. */
export function collectOutputs(text: string, before: readonly Output[]): readonly Output[] {
  const parsed = text.split(",").map((part): Output => {
    const at = part.indexOf("=");
    const format = formats.find((name) => name === part.slice(0, at));
    const path = part.slice(at + 1);
    if (at < 0 || !format || path === "")
      throw new InvalidArgumentError(`Use one of ${formats.join(", ")} and a path: html=drift.html.`);
    return { format, path };
  });
  return [...before, ...parsed];
}

/**
 * Checks that the reports can be written before anything is read. Creates missing folders.
 *
 * @param json Whether standard output is already in use.
 * @throws {UsageError} if they cannot be written.
 */
export function checkOutputs(written: readonly Output[], json: boolean): void {
  const printed = written.filter(({ path }) => path === "-");
  if (printed.length + (json ? 1 : 0) > 1)
    throw new UsageError(
      `Only one report can be written to standard output: use ${[...(json ? ["--json"] : []), ...printed.map(({ format }) => `${format}=-`)].join(" or ")}, and a path for the others.`,
    );
  for (const { format, path } of written) {
    if (path === "-") continue;
    try {
      const folder = dirname(path);
      makeFolder(folder);
      accessSync(folder, constants.W_OK);
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new UserError("it is a folder");
    } catch (error) {
      const reason = messageOf(error);
      throw new UsageError(`The ${format} report cannot be written to ${path}: ${reason}. Use another path.`);
    }
  }
}

/**
 * Writes the reports. Files are replaced atomically: a concurrent reader sees either the old or the new one.
 */
export function writeOutputs(report: DriftReport, written: readonly Output[], context: OutputContext): void {
  for (const { format, path } of written) {
    const text = renderers[format](report, context);
    if (path === "-") process.stdout.write(text);
    else {
      writeFileSync(`${path}.partial`, text, { mode: 0o600 });
      renameSync(`${path}.partial`, path);
    }
  }
}

/** The page of a pipeline's run, which has its artifacts. */
export function pipelineLink(env: NodeJS.ProcessEnv): string | undefined {
  const { BITBUCKET_REPO_FULL_NAME: repository, BITBUCKET_BUILD_NUMBER: build } = env;
  return repository && build ? `https://bitbucket.org/${repository}/pipelines/results/${build}` : undefined;
}
