/** The possible faults between a run and the server, each as the emulator injects it. */
import type { Emulator, Fault } from "../../packages/emulator/src";

export interface FaultCase {
  /** Its name in docs/explanation/reliability.md. */
  readonly name: string;
  /**
   * Injects it. The emulator's faults are cleared afterwards; other changes are undone by the returned
   * function.
   */
  start(emulator: Emulator): undefined | (() => void);
  /** Whether a run must recover by itself. Otherwise it may fail, and the next one must complete the work. */
  readonly harmless?: boolean;
}

const writes = ["POST", "PUT", "DELETE"];
/** More than any run retries. */
const forEver = 1_000_000;

function faults(name: string, harmless: boolean, ...all: readonly Fault[]): FaultCase {
  return {
    name,
    harmless,
    start(emulator) {
      for (const fault of all) emulator.addFault(fault);
      return undefined;
    },
  };
}

const onWrites = (fault: Omit<Fault, "method">): Fault[] => writes.map((method) => ({ ...fault, method }));

export const troubles: readonly FaultCase[] = [
  faults("connection lost before each write, once", true, ...onWrites({ kind: "drop-before" })),
  faults("connection lost before every write", false, ...onWrites({ kind: "drop-before", times: forEver })),
  faults("connection lost after each write took effect, once", true, ...onWrites({ kind: "drop-after" })),
  faults(
    "connection lost after every write took effect",
    false,
    ...onWrites({ kind: "drop-after", times: forEver }),
  ),
  faults("connection lost on the first reads", true, { kind: "drop-before", method: "GET", times: 2 }),
  faults("429 five times, with Retry-After", true, { kind: "status", status: 429, retryAfter: 1, times: 5 }),
  faults("429 five times, without Retry-After", true, { kind: "status", status: 429, times: 5 }),
  faults("429 on every request", false, { kind: "status", status: 429, times: forEver }),
  faults(
    "500, 502 as HTML, 503 in turn",
    true,
    ...[500, 502, 503].map((status): Fault => ({ kind: "status", status })),
  ),
  faults("500 on every write", false, ...onWrites({ kind: "status", status: 500, times: forEver })),
  faults("502 as HTML on every request", false, { kind: "status", status: 502, times: forEver }),
  faults(
    "truncated JSON, once for each method",
    true,
    ...["GET", ...writes].map((method): Fault => ({ kind: "truncate", method })),
  ),
  faults(
    "truncated JSON in every response to a write",
    false,
    ...onWrites({ kind: "truncate", times: forEver }),
  ),
  faults(
    "malformed JSON, once for each method",
    true,
    ...["GET", ...writes].map((method): Fault => ({ kind: "malformed", method })),
  ),
  faults("malformed JSON in every response", false, { kind: "malformed", times: forEver }),
  faults("response bodies that arrive slowly, and completely", true, {
    kind: "drip",
    milliseconds: 1,
    times: forEver,
  }),
  faults("response bodies that arrive too slowly", false, { kind: "drip", milliseconds: 1000, times: 2 }),
  faults("a next page that loops", false, { kind: "next-loops", method: "GET", times: forEver }),
  faults("a next page that repeats the items", true, { kind: "next-repeats", method: "GET", times: forEver }),
  faults("a next page on another host", false, { kind: "next-elsewhere", method: "GET", times: forEver }),
  faults("a missing link to the next page", true, { kind: "no-next", method: "GET", times: forEver }),
  faults(
    "a created object is missing from the next two reads",
    true,
    ...onWrites({ kind: "hide-new", reads: 2, times: forEver }),
  ),
  {
    name: "the token is revoked during the run, and replaced",
    start(emulator) {
      let left = 2;
      return onRequest(emulator, () => {
        left -= 1;
        if (left === 0) emulator.addFault({ kind: "status", status: 401, times: forEver });
      });
    },
  },
];

/** Called for each request after its response, until the returned function is called. */
export function onRequest(emulator: Emulator, listener: () => void): () => void {
  const { requests } = emulator;
  const push = requests.push;
  requests.push = (...items) => {
    const length = push.apply(requests, items);
    listener();
    return length;
  };
  return () => {
    requests.push = push;
  };
}
