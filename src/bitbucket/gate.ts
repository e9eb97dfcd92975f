/**
 * How many requests run at once, and when. A 429 closes the gate for all of them and halves the number; each success
 * lets it grow again. Near the hour's limit, requests are spread over the time that is left.
 */
export class Gate {
  #limit: number;
  #running = 0;
  #openAt = 0;
  #gap = 0;
  #nextStart = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly most: number,
    private readonly now: () => number,
    private readonly pause: (milliseconds: number) => Promise<unknown>,
  ) {
    this.#limit = most;
  }

  /** Runs the work when there is room. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#running >= Math.floor(this.#limit))
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      await this.#opened();
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Nothing starts for this long, and fewer run at once after it. */
  close(milliseconds: number): void {
    this.#openAt = Math.max(this.#openAt, this.now() + milliseconds);
    this.#limit = Math.max(1, this.#limit / 2);
  }

  /** A request went well: a little more may run at once. */
  ease(): void {
    this.#limit = Math.min(this.most, this.#limit + 1 / this.#limit);
    this.#waiting.shift()?.();
  }

  /** Milliseconds between the starts of two requests. */
  spread(gap: number): void {
    this.#gap = gap;
  }

  async #opened(): Promise<void> {
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
