/**
 * Limits how many tasks run concurrently. Not from a library because the limit changes while tasks wait, and
 * CommonJS on Node 20.18 cannot load p-limit.
 */
export class Slots {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param width Returns the current limit. Called each time a task wants to start. */
  constructor(private readonly width: () => number) {}

  /** The number in progress. */
  get running(): number {
    return this.#running;
  }

  /**
   * Runs the work when there is room. What has waited longest starts first.
   *
   * @param goesAhead Whether it starts before all that waits.
   */
  async run<Result>(work: () => Promise<Result>, goesAhead = false): Promise<Result> {
    await new Promise<void>((start) => {
      if (goesAhead) this.#waiting.unshift(start);
      else this.#waiting.push(start);
      this.wake();
    });
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.wake();
    }
  }

  /** Call it when the limit may have grown: as many tasks start as there is room for. */
  wake(): void {
    while (this.#running < this.width()) {
      const start = this.#waiting.shift();
      if (!start) return;
      this.#running += 1;
      start();
    }
  }
}
