/** Faults to inject into requests. */
import { z } from "zod";

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

const count = z.number().int().nonnegative();

export const faultSchema = z.strictObject({
  /**
   * `latency`: a late response. `status`: an error, plain text for 429, HTML for 502 to 504. `drop-before`:
   * the connection is lost before anything was done. `drop-after`: it is lost after the write took effect.
   * `truncate`: half of the JSON. `malformed`: invalid JSON. `drip`: the body arrives in small pieces,
   * `milliseconds` apart. `next-loops`, `next-elsewhere`: a bad link to the next page. `next-repeats`: a next
   * page with the same items. `no-next`: the link is missing. `hide-new`: a new object cannot be read yet,
   * for this many `reads` or `milliseconds`. `not-applied`: the write succeeds, and the `field` of its body
   * keeps the `value`; without a `value`, as if the field were not in the body.
   */
  kind: z.enum([
    "latency",
    "status",
    "drop-before",
    "drop-after",
    "truncate",
    "malformed",
    "drip",
    "next-loops",
    "next-elsewhere",
    "next-repeats",
    "no-next",
    "hide-new",
    "not-applied",
  ]),
  method: z.string().optional(),
  /** A regular expression on the path below /2.0, with the query. */
  path: z.string().refine(isPattern, "not a regular expression").optional(),
  /** How many requests it hits. Default: 1, or all with a `probability`. */
  times: count.optional(),
  /** How many matching requests pass before the first is hit. */
  skip: count.optional(),
  /** The fraction of matching requests that it hits, from 0 to 1, the same ones in every run. */
  probability: z.number().min(0).max(1).optional(),
  milliseconds: count.optional(),
  status: z.number().int().min(400).max(599).optional(),
  /** The JSON body of a `status`, for one without the usual wrapper: `{ message: "Forbidden" }`. */
  body: z.unknown().optional(),
  /** Seconds. */
  retryAfter: count.optional(),
  /** Reads that do not see the new object. */
  reads: count.optional(),
  /** A path in the body, with dots between the parts: `project.key`. */
  field: z.string().min(1).optional(),
  value: z.json().optional(),
});

export type Fault = Readonly<z.infer<typeof faultSchema>>;

interface Armed {
  readonly fault: Fault;
  readonly path: RegExp;
  skip: number;
  times: number;
}

const seed = 20_260_714;

export class Faults {
  #armed: Armed[] = [];
  #random = seed;

  add(fault: Fault): { remove(): void } {
    const armed: Armed = {
      fault,
      path: new RegExp(fault.path ?? ""),
      skip: fault.skip ?? 0,
      times: fault.times ?? (fault.probability === undefined ? 1 : Number.POSITIVE_INFINITY),
    };
    this.#armed.push(armed);
    return {
      remove: () => {
        this.#armed = this.#armed.filter((other) => other !== armed);
      },
    };
  }

  /** Removes all, and restarts the random sequence. */
  clear(): void {
    this.#armed = [];
    this.#random = seed;
  }

  /** The faults that hit this request. */
  hit(method: string, path: string): readonly Fault[] {
    if (this.#armed.length === 0) return [];
    const hits: Fault[] = [];
    for (const armed of this.#armed) {
      if (armed.fault.method !== undefined && armed.fault.method !== method) continue;
      if (!armed.path.test(path) || armed.times <= 0) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      if (armed.fault.probability !== undefined && this.#chance() >= armed.fault.probability) continue;
      armed.times -= 1;
      hits.push(armed.fault);
    }
    this.#armed = this.#armed.filter((armed) => armed.times > 0);
    return hits;
  }

  /** The next number from 0 to 1 of a fixed sequence (mulberry32). */
  #chance(): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}
