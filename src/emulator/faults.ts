/** Faults that can be put in the way of requests. */

export interface Fault {
  /**
   * `latency`: an answer that comes late. `status`: an error, HTML for 502 and 503. `drop-before`: the connection is
   * lost before anything was done. `drop-after`: it is lost when the write took effect. `truncate`: half of the JSON.
   * `malformed`: no JSON. `drip`: a body in small pieces. `next-loops`, `next-elsewhere`: a bad link to the next page.
   * `no-next`: the link left out. `hide-new`: what was just made cannot be read yet.
   */
  readonly kind:
    | "latency"
    | "status"
    | "drop-before"
    | "drop-after"
    | "truncate"
    | "malformed"
    | "drip"
    | "next-loops"
    | "next-elsewhere"
    | "no-next"
    | "hide-new";
  readonly method?: string;
  /** A regular expression on the path below /2.0. */
  readonly path?: string;
  /** How many requests it hits. Default: 1. */
  readonly times?: number;
  /** How many fitting requests pass before the first is hit. */
  readonly skip?: number;
  readonly milliseconds?: number;
  readonly status?: number;
  /** Seconds. */
  readonly retryAfter?: number;
  /** Reads that do not see what was just made. */
  readonly reads?: number;
}

interface Armed {
  readonly fault: Fault;
  readonly path: RegExp;
  skip: number;
  times: number;
}

export class Faults {
  #armed: Armed[] = [];

  add(fault: Fault): { remove(): void } {
    const armed: Armed = {
      fault,
      path: new RegExp(fault.path ?? ""),
      skip: fault.skip ?? 0,
      times: fault.times ?? 1,
    };
    this.#armed.push(armed);
    return {
      remove: () => {
        this.#armed = this.#armed.filter((other) => other !== armed);
      },
    };
  }

  clear(): void {
    this.#armed = [];
  }

  /** The faults that hit this request. */
  hit(method: string, path: string): readonly Fault[] {
    const hits: Fault[] = [];
    for (const armed of this.#armed) {
      if (armed.fault.method !== undefined && armed.fault.method !== method) continue;
      if (!armed.path.test(path)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      if (armed.times <= 0) continue;
      armed.times -= 1;
      hits.push(armed.fault);
    }
    this.#armed = this.#armed.filter((armed) => armed.times > 0);
    return hits;
  }
}
