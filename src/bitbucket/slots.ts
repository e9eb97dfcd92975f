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

  /** Runs the work when there is room. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#running >= this.width()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.wake();
    }
  }

  /** Call it when the limit has grown: a waiting task checks again. */
  wake(): void {
    this.#waiting.shift()?.();
  }
}
