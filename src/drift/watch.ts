/** Looks for drift repeatedly and reports only what is new. */
import type { FindingChanges, History } from "./history";
import type { DriftReport } from "./model";
import type { Schedule } from "./schedule";

export interface Clock {
  now(): number;
  /** Resolves at the given time, or as soon as the signal aborts. */
  until(time: number, signal: AbortSignal): Promise<void>;
}

interface WatchOptions {
  readonly schedule: Schedule;
  readonly history: History;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One comparison. */
  readonly look: () => Promise<DriftReport>;
  /** Called after every run. */
  readonly onRun: (report: DriftReport, changes: FindingChanges) => Promise<void> | void;
  /** Called when a run fails after one that succeeded. */
  readonly onError: (error: unknown, next: number) => void;
}

/**
 * Runs until the signal aborts. A first run that fails is a mistake in the settings and ends the watch; a
 * later failure is reported and the next run is tried: Bitbucket may be down for an hour.
 *
 * @returns The last report; undefined if it was stopped before the first one.
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
      // The abort may have stopped a child of the run as well.
      if (signal.aborted) break;
      if (!last) throw error;
      onError(error, schedule(clock.now()));
    }
    if (signal.aborted) break;
    await clock.until(schedule(clock.now()), signal);
  }
  return last;
}
