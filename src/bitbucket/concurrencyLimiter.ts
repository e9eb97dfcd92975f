/**
 * How many requests run at once, and when. A 429 closes the gate for all of them and halves the number; each success
 * lets it grow again, until answers take much longer than they did: more at once would only wait in a queue there.
 * Near the hour's limit, requests are spread over the time that is left.
 */
import { Slots } from "./slots";

/** Answers that take this many times as long as the quickest show that the server is busy. */
const slow = 3;
/** Milliseconds below which a difference says nothing. */
const noise = 30;
/** Requests at once that are always tried, but after a 429. */
const defaultMin = 4;

export class ConcurrencyLimiter {
  #limit: number;
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

  /** Runs the work when there is room. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#slots.run(async () => {
      await this.#waitUntilOpen();
      return work();
    });
  }

  /** Nothing starts for this long, and fewer run at once after it. */
  pauseFor(milliseconds: number): void {
    this.#openAt = Math.max(this.#openAt, this.now() + milliseconds);
    this.#limit = Math.max(1, this.#limit / 2);
  }

  /** A request went well: a little more may run at once, unless answers have become slow. */
  onSuccess(): void {
    const busy = this.#usual > this.#quickest * slow + noise;
    if (!busy) this.#limit = Math.min(this.max, this.#limit + 1 / this.#limit);
    else if (this.#limit > defaultMin) this.#limit = Math.max(defaultMin, this.#limit - 1 / this.#limit);
    this.#slots.wake();
  }

  /** Notes how long an answer took. */
  recordLatency(milliseconds: number): void {
    this.#quickest = Math.min(this.#quickest, milliseconds);
    this.#usual = this.#usual === 0 ? milliseconds : this.#usual * 0.9 + milliseconds * 0.1;
  }

  /** How many are under way. */
  get running(): number {
    return this.#slots.running;
  }

  /** How many may run at once now. */
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
