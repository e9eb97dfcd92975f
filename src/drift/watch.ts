/** Looks for drift again and again, and tells of what is new alone. */
import type { FindingChanges, History } from "./history";
import type { DriftReport } from "./model";
import type { Schedule } from "./schedule";

export interface Clock {
  now(): number;
  /** Comes back when the time is there, or at once when the signal says so. */
  until(time: number, signal: AbortSignal): Promise<void>;
}

export interface WatchOptions {
  readonly schedule: Schedule;
  readonly history: History;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One comparison. */
  readonly look: () => Promise<DriftReport>;
  /** Hears of every run. */
  readonly onRun: (report: DriftReport, changes: FindingChanges) => Promise<void> | void;
  /** Hears of a run that failed, after one that did not. */
  readonly onError: (error: unknown, next: number) => void;
}

/**
 * Goes on until the signal. A first run that fails is a mistake in the settings and ends it; a later one is told, and the
 * next one is tried: Bitbucket may be out of reach for an hour.
 *
 * @returns The last report; undefined where it was stopped before there was one.
 */
export async function watchDrift(options: WatchOptions): Promise<DriftReport | undefined> {
  const { schedule, history, clock, signal, look, onRun, onError } = options;
  let last: DriftReport | undefined;
  while (!signal.aborted) {
    try {
      const { report, changes } = history.add(await look());
      last = report;
      await onRun(report, changes);
    } catch (error) {
      // What ends it may have ended what a look has started.
      if (signal.aborted) break;
      if (!last) throw error;
      onError(error, schedule(clock.now()));
    }
    if (signal.aborted) break;
    await clock.until(schedule(clock.now()), signal);
  }
  return last;
}
