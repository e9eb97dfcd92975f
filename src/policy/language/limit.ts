/** Ends what does not end by itself. */

import { createContext, Script } from "node:vm";
import { codeOf, UserError } from "../../errors";

/** The work took longer than it may. */
export class TimeLimitError extends UserError {}

const script = new Script("work()");
const sandbox: { work?: (() => void) | undefined } = {};
createContext(sandbox);

/**
 * Runs synchronous work, and ends it after a time, even within a regular expression.
 *
 * @throws {TimeLimitError}
 */
export function runWithin<Result>(milliseconds: number, work: () => Result): Result {
  let outcome: { readonly result: Result } | undefined;
  sandbox.work = () => {
    outcome = { result: work() };
  };
  try {
    script.runInContext(sandbox, { timeout: milliseconds });
  } catch (error) {
    if (codeOf(error) === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      throw new TimeLimitError(`took longer than ${milliseconds / 1000} s`);
    throw error;
  } finally {
    sandbox.work = undefined;
  }
  if (!outcome) throw new TimeLimitError("came to no end");
  return outcome.result;
}
