/**
 * The findings of earlier runs, in a JSON Lines file that gains a line for each run. A line holds the changes
 * since the previous one, so the file stays small while the same drift persists.
 */
import { appendFileSync, closeSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { tryRead, UserError } from "../errors";
import { digestOf } from "../model/canonical";
import { makeFolder } from "./folder";
import {
  cases,
  type DriftCase,
  type DriftFinding,
  type DriftReport,
  type Severity,
  severities,
} from "./model";
import type { HistoryDay } from "./page/data";

const entrySchema = z.object({
  id: z.string(),
  fingerprint: z.string(),
  case: z.enum(cases),
  severity: z.enum(severities),
  kind: z.string(),
  name: z.string(),
});

const lineSchema = z.object({
  at: z.iso.datetime(),
  stack: z.string(),
  /** The compared part: runs with other filters have their own history. */
  scope: z.string(),
  complete: z.boolean(),
  severities: z.partialRecord(z.enum(severities), z.int()),
  found: z.array(entrySchema),
  changed: z.array(entrySchema),
  gone: z.array(z.string()),
});
type HistoryLine = z.output<typeof lineSchema>;

/** A finding that was present in the last run. */
interface OpenFinding extends z.output<typeof entrySchema> {
  /** When a run first saw it. */
  readonly since: string;
}

/** The changes since the previous run. */
export interface FindingChanges {
  readonly found: readonly DriftFinding[];
  readonly changed: readonly DriftFinding[];
  readonly gone: readonly OpenFinding[];
}

/** Days of the timeline, at most. */
const maxDays = 90;

const day = 86_400_000;

/** A history that cannot be read or written. */
class HistoryError extends UserError {}

export class History {
  readonly #open = new Map<string, OpenFinding>();
  readonly #days = new Map<string, { runs: number; severities: HistoryLine["severities"] }>();
  /** The day of the last run. */
  #last: string | undefined;

  /**
   * @param file Without it, nothing is kept beyond this process. Its folder is created if missing.
   * @throws {HistoryError} if the file holds something else, or cannot be read or written.
   */
  constructor(
    private readonly stack: string,
    filter: DriftReport["filter"],
    private readonly file?: string,
  ) {
    this.scope = digestOf([stack, filter ?? {}]).slice(0, 12);
    if (file === undefined) return;
    attempt(file, () => {
      makeFolder(dirname(file));
      closeSync(openSync(file, "a", 0o600));
    });
    this.#load(file);
  }

  readonly scope: string;

  /** Findings that are open, by their ids. */
  get open(): ReadonlyMap<string, OpenFinding> {
    return this.#open;
  }

  /**
   * Records a run and appends it to the file.
   *
   * @returns The report with the age of each finding, and what is new.
   * @throws {HistoryError} if the file cannot be written. The run is then not recorded, and the next one
   * reports the same.
   */
  add(report: DriftReport): { report: DriftReport; changes: FindingChanges } {
    const { file } = this;
    if (file !== undefined) this.#load(file);
    const before = new Map(this.#open);
    const found = report.findings.filter(({ id }) => !before.has(id));
    const changed = report.findings.filter(
      ({ id, fingerprint }) => before.has(id) && before.get(id)?.fingerprint !== fingerprint,
    );
    const there = new Set(report.findings.map(({ id }) => id));
    // A resource that cannot be read now is not fixed by that.
    const unread = new Set(report.findings.filter((finding) => finding.case === "unreadable").map(keyOf));
    const gone = [...before.values()].filter(
      (open) => !there.has(open.id) && (open.case === "unreadable" || !unread.has(keyOf(open))),
    );
    const line: HistoryLine = {
      at: report.at,
      stack: this.stack,
      scope: this.scope,
      complete: report.complete,
      severities: driftCounts(report.findings),
      found: found.map(entryOf),
      changed: changed.map(entryOf),
      gone: gone.map(({ id }) => id),
    };
    const text = `${JSON.stringify(line)}\n`;
    if (file !== undefined) attempt(file, () => appendFileSync(file, text, { mode: 0o600 }));
    this.#apply(line);
    const findings = report.findings.map((finding) => {
      const since = this.#open.get(finding.id)?.since;
      if (since === undefined) return finding;
      // A run whose clock was ahead may have dated it in the future.
      const [earlier = since] = [since, report.at].sort();
      return { ...finding, since: earlier };
    });
    return { report: { ...report, findings }, changes: { found, changed, gone } };
  }

  /**
   * Returns a day for each from the first run to the last one, at most the last 90, in UTC. Ends with the run
   * that was written last, not the latest date: one run with a wrong clock would hide all others forever.
   */
  days(): readonly HistoryDay[] {
    const last = this.#last;
    const known = [...this.#days.keys()].filter((name) => last !== undefined && name <= last).sort();
    const first = known[0];
    if (first === undefined || last === undefined) return [];
    const end = Date.parse(last);
    const start = Math.max(Date.parse(first), end - (maxDays - 1) * day);
    return Array.from({ length: Math.round((end - start) / day) + 1 }, (_, index) => {
      const name = new Date(start + index * day).toISOString().slice(0, 10);
      return { day: name, ...(this.#days.get(name) ?? { runs: 0, severities: {} }) };
    });
  }

  /** Reads the whole file again: other processes may have written to it, or somebody moved it away. */
  #load(file: string): void {
    const lines = attempt(file, () => readFileSync(file, "utf8")).split("\n");
    this.#open.clear();
    this.#days.clear();
    this.#last = undefined;
    lines.forEach((text, index) => {
      // A machine that lost power leaves zeros.
      const line = text.replaceAll("\0", "").trim();
      const parsed = lineSchema.safeParse(tryRead<unknown>(() => JSON.parse(line)));
      if (parsed.success) {
        if (parsed.data.scope === this.scope) this.#apply(parsed.data);
      } else if (!isUnfinished(line)) {
        throw new HistoryError(
          `${file}:${index + 1}: this line does not belong to a drift history. Use another file, or move this one.`,
        );
      }
    });
    // A killed run left its line unfinished: end that line, so that the next run starts a new one.
    if (lines.at(-1)) attempt(file, () => appendFileSync(file, "\n"));
  }

  #apply(line: HistoryLine): void {
    for (const entry of line.found)
      this.#open.set(entry.id, { ...entry, since: this.#open.get(entry.id)?.since ?? line.at });
    for (const entry of line.changed)
      this.#open.set(entry.id, { ...entry, since: this.#open.get(entry.id)?.since ?? line.at });
    for (const id of line.gone) this.#open.delete(id);
    const name = line.at.slice(0, 10);
    const known = this.#days.get(name);
    const most =
      known && sumOf(known.severities) > sumOf(line.severities) ? known.severities : line.severities;
    this.#days.set(name, { runs: (known?.runs ?? 0) + 1, severities: most });
    this.#last = name;
  }
}

/** The beginning of every line. */
const beginning = '{"at":"';

/**
 * Whether a line that is not JSON is the beginning of one that a killed run left unfinished. Anything else is
 * a different file, which must not be written to.
 */
function isUnfinished(line: string): boolean {
  return (
    tryRead<unknown>(() => JSON.parse(line)) === undefined &&
    (line.startsWith(beginning) || beginning.startsWith(line))
  );
}

function attempt<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw new HistoryError(
      `The history ${file} cannot be read or written: ${error instanceof Error ? error.message : error}. Use another file with --history.`,
    );
  }
}

/** The cases that count as drift: pending changes and unreadable resources do not. */
const driftCases: readonly DriftCase[] = ["drift", "deleted", "recreated", "unmanaged"];

function driftCounts(findings: readonly DriftFinding[]): Partial<Record<Severity, number>> {
  const counts: Partial<Record<Severity, number>> = {};
  for (const { case: of, severity } of findings)
    if (driftCases.includes(of)) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

function sumOf(counts: HistoryLine["severities"]): number {
  return Object.values(counts).reduce((sum, count) => sum + (count ?? 0), 0);
}

function entryOf(finding: DriftFinding): z.output<typeof entrySchema> {
  return entrySchema.parse(finding);
}

function keyOf({ kind, name }: Pick<DriftFinding, "kind" | "name">): string {
  return `${kind} ${name}`;
}
