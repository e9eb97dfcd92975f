/**
 * Limits how many requests run concurrently, and when. A 429 pauses all of them and halves the number; successes
 * increase it, until responses take much longer than before: more would only queue at the server. Until the first of
 * either, each success increases it by one. Near the rate limit, requests are spread over the remaining time.
 */
import { Slots } from "./slots";

/** Responses that take this many times as long as the fastest show that the server is busy. */
const slow = 3;
/** Milliseconds below which a difference is noise. */
const noise = 30;
/** The minimum of concurrent requests, except after a 429. */
const defaultMin = 4;

export class ConcurrencyLimiter {
  #limit: number;
  /** Whether the server has taken whatever was sent so far. */
  #isEager = true;
  #quickest = Number.POSITIVE_INFINITY;
  #usual = 0;
  #openAt = 0;
  #gap = 0;
  #nextStart = 0;
  readonly #slots = new Slots(() => this.width);

  constructor(
    private readonly max: number,
    private readonly now: () => number,
    private readonly pause: (milliseconds: number) => Promise<unknown>,
  ) {
    this.#limit = Math.max(1, Math.ceil(max / 2));
  }

  /** Runs the work when there is room: with priority, before all that waits. */
  run<Result>(work: () => Promise<Result>, goesAhead?: boolean): Promise<Result> {
    return this.#slots.run(async () => {
      await this.#waitUntilOpen();
      return work();
    }, goesAhead);
  }

  /** Starts nothing for this long, and fewer requests after it. */
  pauseFor(milliseconds: number): void {
    this.#openAt = Math.max(this.#openAt, this.now() + milliseconds);
    this.#limit = Math.max(1, this.#limit / 2);
    this.#isEager = false;
  }

  /** Records a success: slightly more requests may run, unless responses have become slow. */
  onSuccess(): void {
    const busy = this.#usual > this.#quickest * slow + noise;
    if (busy) this.#isEager = false;
    if (!busy) this.#limit = Math.min(this.max, this.#limit + (this.#isEager ? 1 : 1 / this.#limit));
    else if (this.#limit > defaultMin) this.#limit = Math.max(defaultMin, this.#limit - 1 / this.#limit);
    this.#slots.wake();
  }

  /** Records the time of a response. */
  recordLatency(milliseconds: number): void {
    this.#quickest = Math.min(this.#quickest, milliseconds);
    this.#usual = this.#usual === 0 ? milliseconds : this.#usual * 0.9 + milliseconds * 0.1;
  }

  /** The number in progress. */
  get running(): number {
    return this.#slots.running;
  }

  /** The current limit. */
  get width(): number {
    return Math.floor(this.#limit);
  }

  /** Milliseconds between the starts of two requests. */
  setMinInterval(gap: number): void {
    this.#gap = gap;
  }

  async #waitUntilOpen(): Promise<void> {
    for (;;) {
      const start = Math.max(this.#openAt, this.#gap > 0 ? this.#nextStart : 0);
      const wait = start - this.now();
      if (wait <= 0) break;
      if (this.#gap > 0 && start === this.#nextStart) this.#nextStart += this.#gap;
      await this.pause(wait);
      if (this.#openAt <= this.now()) break;
    }
    if (this.#gap > 0) this.#nextStart = Math.max(this.#nextStart, this.now() + this.#gap);
  }
}
