import type { Fault } from "./faults";

/** New objects that some reads do not see yet. */
export class HiddenObjects {
  readonly #hidden = new WeakMap<object, { reads: number; readonly until: number }>();

  constructor(private readonly now: () => number) {}

  hide<Made extends object>(object: Made, fault: Fault | undefined): Made {
    if (fault) {
      const { milliseconds, reads = milliseconds === undefined ? 1 : 0 } = fault;
      this.#hidden.set(object, { reads, until: this.now() + (milliseconds ?? 0) });
    }
    return object;
  }

  /** Counts a read. */
  isVisible(object: object): boolean {
    const state = this.#hidden.get(object);
    if (!state) return true;
    state.reads -= 1;
    return state.reads < 0 && this.now() >= state.until;
  }
}
