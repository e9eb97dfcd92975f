/**
 * The result of each fault, for docs/explanation/reliability.md: stored in a file, since tests run in several processes.
 */
import { appendFileSync } from "node:fs";

/** Whether everything is run (`npm run test:faults`), and not only the part that `npm test` has time for. */
export const isFull = process.env.FAULTS_RESULTS !== undefined;

/** @param scope What the fault affected: a kind, or the stack. */
export function note(scope: "kind" | "stack", trouble: string, outcome: "recovered" | "again"): void {
  const file = process.env.FAULTS_RESULTS;
  if (file) appendFileSync(file, `${JSON.stringify({ scope, trouble, outcome })}\n`);
}
