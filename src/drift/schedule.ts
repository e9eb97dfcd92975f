/** When a watch looks again: after an interval, or at the times of a cron expression. */
import { Cron } from "croner";
import { messageOf, UserError } from "../errors";

/** When the next run is due, in milliseconds since 1970. */
export type Schedule = (now: number) => number;

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Each run uses requests of the hourly rate limit: a tighter watch would leave none for others. */
const shortest = 10_000;

export class ScheduleError extends UserError {}

/**
 * @param text `15m`, `1h`, `30s`, `1d`; or the five fields of cron, in the machine's time zone: `0 *\/6 * *
 * *`.
 * @throws {ScheduleError} for anything else, and for less than ten seconds.
 */
export function scheduleOf(text: string): Schedule {
  const [, count, unit] = text.trim().match(/^(\d+)\s*([smhd])$/) ?? [];
  if (count && unit) {
    const interval = Number(count) * (units[unit] ?? 0);
    if (interval < shortest) throw new ScheduleError("The shortest interval is 10s.");
    return (now) => now + interval;
  }
  if (text.trim().split(/\s+/).length !== 5)
    throw new ScheduleError(
      `"${text}" is neither an interval such as 15m or 6h, nor a cron expression of five fields such as "0 */6 * * *".`,
    );
  try {
    const cron = new Cron(text, { paused: true });
    const next = (now: number) => cron.nextRun(new Date(now))?.getTime();
    if (next(Date.now()) === undefined) throw new UserError("it never matches");
    return (now) => next(now) ?? Number.POSITIVE_INFINITY;
  } catch (error) {
    throw new ScheduleError(`"${text}" is not a cron expression: ${messageOf(error)}`);
  }
}
