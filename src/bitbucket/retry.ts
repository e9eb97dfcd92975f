/** Decides whether and when a failed request is retried. */
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

interface RetryTimes {
  /** Milliseconds before the second attempt, at most. Doubled each time. */
  readonly base: number;
  /** Milliseconds between two attempts, at most. */
  readonly max: number;
}

const retryTimes: RetryTimes = { base: 500, max: 30_000 };

/**
 * Milliseconds to wait: the server's own value, or else a random time below a bound that doubles.
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
  // Slightly more than requested, so that waiting requests do not all return at once.
  if (retryAfter !== undefined) return retryAfter * 1000 + random * times.base;
  return Math.ceil(random * Math.min(times.max, times.base * 2 ** (attempt - 1)));
}

/** Seconds of a `Retry-After` header: a number, or a date. */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** Attempts at one request, at most. */
const maxAttempts = 8;

/** Attempts without any connection, at most: waiting does not fix a wrong address. */
const maxConnects = 3;

interface RetryOptions {
  /** Milliseconds that one request may wait for its retries in total. */
  readonly maxWait: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Called for a 429 with the wait for it, in milliseconds. */
  readonly onLimited: (milliseconds: number) => void;
}

/** Retries requests until there is a final response, if it is safe to repeat them. */
export class Retries {
  /**
   * Outages that outlasted a request's retries: until a request succeeds, the next one does not wait again.
   */
  readonly #knownOutages = new Set<string>();

  constructor(private readonly options: RetryOptions) {}

  /** @param gone The result of a deletion that an earlier attempt had carried out. */
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

/** The scope of a failure: requests that count towards the same limit, or that read or write as well. */
function failureScope({ method, path }: ApiRequest, limited: boolean): string {
  return limited ? `limit of ${limitOf(path)}` : method === "GET" ? "reading" : "writing";
}

/** Returns whether an error may be retried, and how long the server asked to wait. */
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
  // The caller looks up a POST that may have been carried out.
  if (!repeatable && error.outcome === "unknown") return undefined;
  return { retryAfter, outcome: error.outcome };
}
