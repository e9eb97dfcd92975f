/**
 * Progress of what takes longer than two seconds: a bar in a terminal, a line every ten seconds elsewhere.
 * It is written to standard error, so that standard output holds results alone.
 */

import { SingleBar } from "cli-progress";
import { environment } from "../../environment";

/** Milliseconds before anything is shown. */
const quiet = 2_000;
/** Milliseconds between two lines where there is no terminal. */
const pace = 10_000;

export interface Progress {
  /** Notes that more work was found. */
  expect(steps: number): void;
  /** Notes that a step was done. */
  done(steps?: number): void;
  /** Notes that something was read which still has to be looked at. */
  read(): void;
  /** Says what is under way. */
  doing(what: string): void;
  /** Takes the bar away. */
  stop(): void;
}

/**
 * @param what What is counted: "repositories".
 * @param left How many requests the hour's limit leaves, where that is of interest.
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
