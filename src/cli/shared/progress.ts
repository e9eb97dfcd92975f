/**
 * Progress of work that takes longer than a second: a bar in a terminal, and elsewhere a line after the first second and
 * then every ten. Written to standard error, so that standard output only holds results.
 */

import { SingleBar } from "cli-progress";
import type { Client } from "../../bitbucket";
import { environment } from "../../environment";
import { formatCount } from "../../errors/count";

/** Milliseconds before anything is shown. */
const quiet = 1_000;
/** Milliseconds between two lines without a terminal. */
const pace = 10_000;
/** Columns of a line without a terminal, and of a terminal that does not say how wide it is. */
const usualWidth = 80;

export interface Progress {
  /** Notes that more work was found. */
  expect(steps: number): void;
  /** Notes that a step is done. */
  done(steps?: number): void;
  /** Notes that a step is done, of so many that are known by now. */
  step(total: number): void;
  /** Notes that something was read that is still to be processed. */
  read(): void;
  /** Shows what is in progress. */
  doing(what: string): void;
  /** Removes the bar. */
  stop(): void;
}

/** How far the work is. */
interface ProgressState {
  /** The unit: "repositories". */
  readonly what: string;
  readonly total: number;
  readonly done: number;
  /** How many were read and are still to be processed. */
  readonly read: number;
  /** What is in progress. Empty: nothing in particular. */
  readonly doing: string;
  /** Seconds since it began. */
  readonly seconds: number;
  /** Requests left in the rate limit, if relevant. */
  readonly left?: number | undefined;
}

/**
 * Returns the phase, the counts and the time in one line: `reading 12/40 resources · 8 s · 14 s left`. What matters least
 * is left out where the line is too narrow.
 *
 * @param width Columns.
 */
export function formatProgress(state: ProgressState, width: number): string {
  const { what, total, done, read, doing, seconds, left } = state;
  const isReading = done === 0 && read > 0;
  const count = isReading ? Math.min(read, total) : done;
  const phase = total === 0 ? "starting" : isReading ? "reading" : done === 0 ? "preparing" : "";
  const rest = done > 0 && done < total ? Math.ceil((seconds / done) * (total - done)) : undefined;
  const counts = total === 0 ? "" : `${count}/${total} ${what}`;
  const parts = [
    [phase, counts].filter(Boolean).join(" "),
    `${seconds} s`,
    ...(rest === undefined ? [] : [`${rest} s left`]),
    ...(left === undefined ? [] : [`${formatCount(left, "request")} left`]),
    ...(doing === "" ? [] : [doing]),
  ];
  let line = parts[0] ?? "";
  for (const part of parts.slice(1)) {
    const longer = `${line} · ${part}`;
    if (longer.length <= width) line = longer;
  }
  return line;
}

/**
 * @param what The unit: "repositories".
 * @param left The number of requests left in the rate limit, if relevant.
 */
export function startProgress(what: string, left?: () => number): Progress {
  const state = { what, total: 0, done: 0, read: 0, doing: "" };
  const began = Date.now();
  const text = (width: number) =>
    formatProgress({ ...state, seconds: Math.round((Date.now() - began) / 1000), left: left?.() }, width);
  let bar: SingleBar | undefined;
  let lines: NodeJS.Timeout | undefined;
  const columns = process.stderr.columns || usualWidth;
  // The text gets at least 50 columns where there are 60.
  const barSize = Math.max(8, Math.min(24, columns - 52));
  const start = setTimeout(() => {
    if (process.stderr.isTTY && !environment().CI) {
      bar = new SingleBar({
        format: "{bar} {text}",
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        barsize: barSize,
        barCompleteChar: "█",
        barIncompleteChar: "░",
      });
      bar.start(Math.max(1, state.total), state.done, { text: text(columns - barSize - 2) });
      lines = setInterval(show, 250);
    } else {
      show();
      lines = setInterval(show, pace);
    }
    lines.unref();
  }, quiet);
  start.unref();
  function show(): void {
    if (bar) {
      bar.setTotal(Math.max(1, state.total));
      bar.update(state.done, { text: text((process.stderr.columns || usualWidth) - barSize - 2) });
    } else process.stderr.write(`${text(usualWidth)}\n`);
  }
  return {
    expect(steps) {
      state.total += steps;
    },
    done(steps = 1) {
      state.done += steps;
    },
    step(total) {
      state.total = total;
      state.done += 1;
    },
    read() {
      state.read += 1;
    },
    doing(what) {
      state.doing = what;
    },
    stop() {
      clearTimeout(start);
      clearInterval(lines);
      bar?.stop();
    },
  };
}

/** Shows progress, with the requests that are left, while `work` runs. */
export async function withProgress<Result>(
  what: string,
  { budget }: Client,
  work: (shown: Progress) => Promise<Result>,
): Promise<Result> {
  const shown = startProgress(what, () => budget.countRemaining());
  try {
    return await work(shown);
  } finally {
    shown.stop();
  }
}
