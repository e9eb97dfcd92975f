/**
 * Progress of work that takes longer than two seconds: a bar in a terminal, a line every ten seconds
 * elsewhere. Written to standard error, so that standard output only holds results.
 */

import { SingleBar } from "cli-progress";
import { environment } from "../../environment";

/** Milliseconds before anything is shown. */
const quiet = 2_000;
/** Milliseconds between two lines without a terminal. */
const pace = 10_000;

export interface Progress {
  /** Notes that more work was found. */
  expect(steps: number): void;
  /** Notes that a step is done. */
  done(steps?: number): void;
  /** Notes that something was read that is still to be processed. */
  read(): void;
  /** Shows what is in progress. */
  doing(what: string): void;
  /** Removes the bar. */
  stop(): void;
}

/**
 * @param what The unit: "repositories".
 * @param left The number of requests left in the rate limit, if relevant.
 */
export function startProgress(what: string, left?: () => number): Progress {
  const state = { total: 0, done: 0, read: 0, doing: "" };
  const began = Date.now();
  const text = () => {
    const budget = left ? ` · ${left()} requests left this hour` : "";
    const seconds = Math.round((Date.now() - began) / 1000);
    const doing = state.doing === "" ? "" : ` · ${state.doing}`;
    const read = state.read > state.done ? ` · ${state.read} read` : "";
    return `${state.done}/${state.total} ${what}${read} · ${seconds} s${budget}${doing}`;
  };
  let bar: SingleBar | undefined;
  let lines: NodeJS.Timeout | undefined;
  const start = setTimeout(() => {
    if (process.stderr.isTTY && !environment().CI) {
      bar = new SingleBar({
        format: "{bar} {text}",
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        barsize: 24,
        barCompleteChar: "█",
        barIncompleteChar: "░",
      });
      bar.start(Math.max(1, state.total), state.done, { text: text() });
      lines = setInterval(show, 250);
    } else {
      lines = setInterval(show, pace);
    }
    lines.unref();
  }, quiet);
  start.unref();
  function show(): void {
    if (bar) {
      bar.setTotal(Math.max(1, state.total));
      bar.update(state.done, { text: text() });
    } else process.stderr.write(`${text()}\n`);
  }
  return {
    expect(steps) {
      state.total += steps;
    },
    done(steps = 1) {
      state.done += steps;
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
