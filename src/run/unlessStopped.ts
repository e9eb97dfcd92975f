/** Gives up what only reads once a run is to stop: it may wait for the hourly limit. */
import { UserError } from "../errors";

/**
 * @param work It continues, and its outcome is ignored: it must change nothing.
 * @returns Its result, or undefined where the signal comes first.
 */
export async function unlessStopped<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result | undefined> {
  const settled = new AbortController();
  const stop = new Promise<undefined>((resolve) => {
    if (signal?.aborted) resolve(undefined);
    signal?.addEventListener("abort", () => resolve(undefined), { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([work, stop]);
  } finally {
    settled.abort();
    work.catch(() => undefined);
  }
}

/** @throws {UserError} if a run is to stop that has changed nothing on the server yet. */
export function checkNotStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new UserError("Stopped. Nothing in Bitbucket was changed.");
}
