/**
 * Writes the results of a run: the results file, the page and the README's sentence generated from it, and
 * recorded shapes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type AnswerDifference, compareShapes } from "./compare";
import { mergeResults, type RecordedTarget, type Results, readResults, type When } from "./resultsFile";
import type { RunResult } from "./run";
import { writeShapes } from "./shapeFiles";
import { verifiedPage, withSentence } from "./verified";

export interface Differences {
  /** Operations on kinds with an unexpected outcome. */
  readonly operations: readonly string[];
  /** Probes with a different answer than the emulator's. */
  readonly probes: readonly string[];
  readonly answers: readonly AnswerDifference[];
}

/** The differences of a run from its rehearsal on the emulator. */
export function differencesOf(run: RunResult, rehearsal: RunResult): Differences {
  const operations = run.operations.flatMap(({ kind, parent, operation, verdict, differences }) =>
    verdict === "differs" ? [`${kind} (${parent}), ${operation}: ${differences.join("; ")}`] : [],
  );
  const probes = run.probes.flatMap(({ id, verdict }) => {
    const other = rehearsal.probes.find((probe) => probe.id === id)?.verdict;
    const isSaid = verdict === "yes" || verdict === "no" || verdict === "other";
    return isSaid && other !== undefined && verdict !== other
      ? [`${id}: ${verdict}, where the emulator says ${other.replace("-", " ")}`]
      : [];
  });
  return { operations, probes, answers: compareShapes(run.shapes, rehearsal.shapes) };
}

/** The files of one project or folder. */
export function filesIn(folder: string) {
  return {
    results: join(folder, "acceptance", "results.json"),
    shapes: join(folder, "acceptance", "shapes"),
    page: join(folder, "docs", "reference", "verified.md"),
    readme: join(folder, "README.md"),
  };
}

export interface ReportOptions {
  readonly folder: string;
  readonly target: RecordedTarget;
  readonly run: RunResult;
  readonly rehearsal: RunResult;
  readonly differences: Differences;
  readonly when: When;
  readonly record: boolean;
}

export function writeReport(options: ReportOptions): Results {
  const { folder, target, run, rehearsal, differences, when, record } = options;
  const files = filesIn(folder);
  let results = readResults(files.results);
  if (target === "service") results = mergeResults(results, "emulator", rehearsal, [], when);
  results = mergeResults(results, target, run, differences.answers, when);
  write(files.results, textOf(results));
  writeTexts(folder, results);
  if (record) writeShapes(files.shapes, run.shapes, when.date);
  return results;
}

/** The page, and the README's sentence. */
export function writeTexts(folder: string, results: Results): void {
  const files = filesIn(folder);
  write(files.page, verifiedPage(results));
  if (existsSync(files.readme))
    writeFileSync(files.readme, withSentence(readFileSync(files.readme, "utf8"), results));
}

/** One line per entry, so that changes are easy to read. */
function textOf(results: Results): string {
  const lists = Object.entries(results).map(([name, entries]) => {
    const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`);
    return `  ${JSON.stringify(name)}: [${lines.length > 0 ? `\n${lines.join(",\n")}\n  ` : ""}]`;
  });
  return `{\n${lists.join(",\n")}\n}\n`;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
