/**
 * Lets Pulumi's host show at once what a program throws by itself: see `src/errors/hostFrames.ts`. Programs import it
 * for its effect.
 */
import { isObject, withoutHostFrames } from "../errors";

/** The first release of Node.js that formats such a stack at once. */
const firstWithoutNeed = 22;

/** Errors below one another, at most: a cause may lead back to its error. */
const maxCauses = 10;

/** What is used of the process. */
interface Events {
  listenerCount(name: string): number;
  prependListener(name: string, listener: (thrown: unknown) => void): unknown;
}

/**
 * Takes the host's frames out of errors before the host's own handlers format them. Without such handlers nothing is done:
 * the first handler of an exception would keep the process alive.
 */
export function shortenErrors(
  events: Events = process,
  major: number = Number.parseInt(process.versions.node, 10),
): void {
  if (major >= firstWithoutNeed) return;
  for (const name of ["uncaughtException", "unhandledRejection"])
    if (events.listenerCount(name) > 0) events.prependListener(name, shorten);
}

function shorten(thrown: unknown): void {
  let error = thrown;
  for (let count = 0; count < maxCauses && isObject(error); count += 1) {
    try {
      if (typeof error.stack === "string") error.stack = withoutHostFrames(error.stack);
      error = error.cause;
    } catch {
      // It cannot be changed or read: the host formats it as it is.
      return;
    }
  }
}

shortenErrors();
