/** Whether a failed request is sent again, and when. */
import { limitOf } from "./budget";
import {
  BitbucketError,
  ConnectionError,
  isStatus,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
  type WriteOutcome,
} from "./errors";
import type { ApiRequest } from "./request";

export interface RetryTimes {
  /** Milliseconds before the second attempt, at most. Doubled each time. */
  readonly base: number;
  /** Milliseconds between two attempts, at most. */
  readonly max: number;
}

export const retryTimes: RetryTimes = { base: 500, max: 30_000 };

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
  return Math.ceil(random * Math.min(times.max, times.base * 2 ** (attempt - 1)));
}

/** Seconds from a `Retry-After` header: a number, or a date. */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** Attempts at one request, at most. */
const maxAttempts = 8;

/** The same where there is no connection at all: a wrong address does not get right by waiting. */
const maxConnects = 3;

export interface RetryOptions {
  /** Milliseconds that one request may wait for its retries in all. */
  readonly maxWait: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Hears of a 429, and how long is waited for it, in milliseconds. */
  readonly onLimited: (milliseconds: number) => void;
}

/** Tries requests until there is an answer that counts. Only what may safely be repeated is. */
export class Retries {
  /** Troubles for whose end somebody has waited in vain: until one goes well, the next one does not wait again. */
  readonly #knownOutages = new Set<string>();

  constructor(private readonly options: RetryOptions) {}

  /** @param gone What comes of a deletion that an earlier attempt had carried out. */
  async run<Result>(request: ApiRequest, once: () => Promise<Result>, gone?: Result): Promise<Result> {
    const { maxWait, now, random, sleep, onLimited } = this.options;
    const { method } = request;
    let waited = 0;
    let uncertain = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await once();
        for (const limited of [true, false]) this.#knownOutages.delete(failureScope(request, limited));
        return result;
      } catch (error) {
        // The first attempt may have deleted it.
        if (method === "DELETE" && uncertain && gone !== undefined && isStatus(error, 404)) return gone;
        const retry = retryOf(error, method !== "POST" || request.repeatable === true, now());
        uncertain ||= retry?.outcome === "unknown";
        const wait = retry ? retryDelay(attempt, retry.retryAfter, random()) : 0;
        const attempts =
          error instanceof ConnectionError && error.outcome === "not-applied" ? maxConnects : maxAttempts;
        const limited = isStatus(error, 429);
        const trouble = failureScope(request, limited);
        if (!retry) throw error;
        if (attempt >= attempts || waited + wait > maxWait || this.#knownOutages.has(trouble)) {
          this.#knownOutages.add(trouble);
          throw error;
        }
        waited += wait;
        if (limited) onLimited(wait);
        await sleep(wait);
      }
    }
  }
}

/** What a failure tells of other requests: of those that count towards the same limit, or that read or write as well. */
function failureScope({ method, path }: ApiRequest, limited: boolean): string {
  return limited ? `limit of ${limitOf(path)}` : method === "GET" ? "reading" : "writing";
}

/** Whether an error may be tried again, and how long the server asked to wait. */
function retryOf(
  error: unknown,
  repeatable: boolean,
  now: number,
): { retryAfter: number | undefined; outcome: WriteOutcome } | undefined {
  if (!(error instanceof BitbucketError)) return undefined;
  const retryAfter = retryAfterSeconds(error.header("retry-after"), now);
  // A 429 was not carried out, whatever the method.
  if (error instanceof RateLimitError) return { retryAfter, outcome: "not-applied" };
  const passing =
    error instanceof ConnectionError ||
    error instanceof TimeoutError ||
    (error instanceof ServerError && error.status !== 501) ||
    (error instanceof UnexpectedResponseError && error.code === "malformed");
  if (!passing) return undefined;
  // A POST that may have been carried out is looked up by whoever sent it.
  if (!repeatable && error.outcome === "unknown") return undefined;
  return { retryAfter, outcome: error.outcome };
}
