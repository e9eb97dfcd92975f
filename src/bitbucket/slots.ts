/**
 * How many pieces of work run at once. Written here and not taken from a library because the number changes while work
 * waits; and p-limit cannot be loaded by CommonJS on Node 20.18.
 */
export class Slots {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param width How many may run now. Asked each time that something wants to begin. */
  constructor(private readonly width: () => number) {}

  /** How many are under way. */
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

  /** To be called where more may run than before: one that waits asks again. */
  wake(): void {
    this.#waiting.shift()?.();
  }
}
