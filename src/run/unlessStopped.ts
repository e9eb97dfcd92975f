/** Gives up what only reads once a run is to stop: it may wait for the hourly limit. */

/**
 * @param work It goes on, and nobody hears of its outcome: it must change nothing.
 * @returns Its result, or undefined where one of the signals comes first.
 */
export async function unlessStopped<Result>(
  work: Promise<Result>,
  signals: readonly AbortSignal[],
): Promise<Result | undefined> {
  const settled = new AbortController();
  const stop = new Promise<undefined>((resolve) => {
    for (const signal of signals) {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener("abort", () => resolve(undefined), { once: true, signal: settled.signal });
    }
  });
  try {
    return await Promise.race([work, stop]);
  } finally {
    settled.abort();
    work.catch(() => undefined);
  }
}
