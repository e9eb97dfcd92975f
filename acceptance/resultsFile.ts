/**
 * The verified operations, on the service and on the emulator: `acceptance/results.json`, merged over all
 * runs.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { AnswerDifference } from "./compare";
import { verdicts } from "./outcome";
import { probeVerdicts } from "./probe";
import type { RunResult } from "./run";

/** Names, statuses and fixed words: nothing that could contain a value is accepted. */
const plain = z.string().max(300);

const when = {
  /** The day of the run, in UTC. */
  date: z.iso.date(),
  /** The version of this project. */
  version: z.string(),
  /** The type of the credential. */
  credential: z.string(),
};

const outcome = z.strictObject({ ...when, verdict: z.enum(verdicts), differences: z.array(plain) });

const probeAnswer = z.strictObject({
  ...when,
  verdict: z.enum(probeVerdicts),
  evidence: z.array(
    z.strictObject({
      request: plain,
      status: z.number().int(),
      headers: z.array(plain).optional(),
      fields: z.array(plain).optional(),
    }),
  ),
  note: plain.optional(),
});

const answers = z.strictObject({ ...when, differences: z.array(plain) });

export const resultsSchema = z.strictObject({
  operations: z.array(
    z.strictObject({
      kind: z.string(),
      parent: z.string(),
      operation: z.string(),
      service: outcome.optional(),
      emulator: outcome.optional(),
    }),
  ),
  probes: z.array(
    z.strictObject({
      id: z.string(),
      service: probeAnswer.optional(),
      emulator: probeAnswer.optional(),
    }),
  ),
  /** Operations of the API whose responses differ from the emulator's. */
  answers: z.array(
    z.strictObject({ operation: z.string(), service: answers.optional(), emulator: answers.optional() }),
  ),
});

export type Results = z.output<typeof resultsSchema>;

/** The target of a run. */
export type RecordedTarget = "service" | "emulator";

export type When = Readonly<{ date: string; version: string; credential: string }>;

export const noResults: Results = { operations: [], probes: [], answers: [] };

/** @throws {z.ZodError} if the file is invalid. */
export function readResults(file: string): Results {
  try {
    return resultsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return noResults;
    throw error;
  }
}

/** Adds the results of one run. An operation that it could not perform removes no earlier result. */
export function mergeResults(
  known: Results,
  target: RecordedTarget,
  run: Pick<RunResult, "operations" | "probes" | "shapes">,
  answerDifferences: readonly AnswerDifference[],
  when: When,
): Results {
  const operations = mergeBy(
    known.operations.filter((one) => !isObsolete(one, run)),
    run.operations.map(({ kind, parent, operation, ...found }) => ({
      kind,
      parent,
      operation,
      [target]: { ...when, ...found },
    })),
    ({ kind, parent, operation }) => `${kind} ${parent} ${operation}`,
    target,
  );
  const probes = mergeBy(
    known.probes,
    run.probes.map(({ id, ...found }) => ({ id, [target]: { ...when, ...found } })),
    ({ id }) => id,
    target,
  );
  return resultsSchema.parse({
    operations,
    probes,
    answers: mergeAnswers(known.answers, target, run, answerDifferences, when),
  });
}

/** An operation that no longer exists: its case completed without it, and the service never performed it. */
function isObsolete(
  one: Results["operations"][number],
  { operations }: Pick<RunResult, "operations">,
): boolean {
  const same = operations.filter(({ kind, parent }) => kind === one.kind && parent === one.parent);
  const isComplete = same.some(({ operation }) => operation === "delete");
  return isComplete && !one.service && !same.some(({ operation }) => operation === one.operation);
}

type RecordedEntry = { readonly [Name in RecordedTarget]?: { readonly verdict: string } | undefined };

function mergeBy<Item extends RecordedEntry>(
  known: readonly Item[],
  news: readonly Item[],
  key: (item: Item) => string,
  target: RecordedTarget,
): Item[] {
  const all = new Map(known.map((item) => [key(item), item]));
  for (const item of news) {
    const before = all.get(key(item));
    all.set(key(item), isLess(before?.[target], item[target]) ? (before ?? item) : { ...before, ...item });
  }
  return [...all.values()];
}

/** Whether a run could not perform what an earlier one did. */
function isLess(before: RecordedEntry[RecordedTarget], now: RecordedEntry[RecordedTarget]): boolean {
  const isOpen = (verdict: string | undefined) => verdict === "not-allowed" || verdict === "not-possible";
  return before !== undefined && !isOpen(before.verdict) && isOpen(now?.verdict);
}

function mergeAnswers(
  known: Results["answers"],
  target: RecordedTarget,
  { shapes }: Pick<RunResult, "shapes">,
  news: readonly AnswerDifference[],
  when: When,
): Results["answers"] {
  const all = new Map<string, Results["answers"][number]>();
  for (const entry of known) {
    // An operation that was compared again without differences has none any more.
    const kept = shapes[entry.operation] ? { ...entry, [target]: undefined } : entry;
    if (kept.service || kept.emulator) all.set(entry.operation, kept);
  }
  for (const { operation, differences } of news)
    all.set(operation, {
      ...all.get(operation),
      operation,
      [target]: { ...when, differences: [...differences] },
    });
  return [...all.values()].sort((a, b) => (a.operation < b.operation ? -1 : 1));
}

/** The day of the latest run on the service, or undefined if there was none. */
export function verifiedOn(results: Results): string | undefined {
  const dates = [...results.operations, ...results.probes].flatMap(({ service }) =>
    service && service.verdict !== "not-allowed" && service.verdict !== "not-possible" ? [service.date] : [],
  );
  return dates.sort().at(-1);
}
