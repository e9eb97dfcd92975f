/**
 * The end of the provider's process. The engine ends it with SIGINT when the run is over, and shows what it still
 * prints; a terminal sends the same when the user presses Ctrl-C, while the engine lets running operations finish.
 */
import { type Session, session as shared } from "./session";

/** Milliseconds between two looks for requests under way. */
const interval = 50;

export function printSummaryOnExit(): void {
  process.once("SIGINT", () => void printSummary(() => shared).then(() => process.exit(0)));
}

/** Prints it once no request is under way. */
export async function printSummary(
  session: () => Session,
  say: (line: string) => unknown = (line) => console.log(line),
): Promise<void> {
  while (session().isBusy) await new Promise((wake) => setTimeout(wake, interval));
  const protection = await session()
    .guard.explainProtection()
    .catch(() => undefined);
  if (protection !== undefined) await say(protection);
  const left = session().errors.summary();
  if (left !== undefined) await say(left);
  const text = session().summary();
  if (text !== undefined) await say(text);
}
