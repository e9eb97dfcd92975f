/** The time, for commands that wait for it. */
import type { Clock } from "../../drift/watch";

/** Milliseconds that a timer waits, at most: Node takes no more than 2^31. */
const maxSleep = 86_400_000;

export const systemClock: Clock = {
  now: Date.now,
  async until(time, signal) {
    while (!signal.aborted && Date.now() < time) await sleep(Math.min(maxSleep, time - Date.now()), signal);
  },
};

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      done();
    }
  });
}
