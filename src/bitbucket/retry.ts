/** Whether and when to try again: pure functions. */

export interface RetryTimes {
  /** Milliseconds before the second attempt, at most. Doubled each time. */
  readonly base: number;
  /** Milliseconds between two attempts, at most. */
  readonly most: number;
}

export const retryTimes: RetryTimes = { base: 500, most: 30_000 };

/**
 * Milliseconds to wait: what the server asked for, and otherwise a random time below a bound that doubles.
 *
 * @param attempt 1 after the first failure.
 * @param retryAfter Seconds, from the header.
 * @param random From 0 to 1.
 */
export function retryDelay(
  attempt: number,
  retryAfter: number | undefined,
  random: number,
  times: RetryTimes = retryTimes,
): number {
  // A little more than asked for, so that those who wait do not all come back at once.
  if (retryAfter !== undefined) return retryAfter * 1000 + random * times.base;
  return Math.ceil(random * Math.min(times.most, times.base * 2 ** (attempt - 1)));
}

/** Seconds from a `Retry-After` header: a number, or a date. */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
