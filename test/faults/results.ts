/** The result of each fault, for docs/reliability.md: kept in a file, since tests run in several processes. */
import { appendFileSync } from "node:fs";

/** Whether all is run (`npm run test:faults`), and not the part of it that `npm test` has time for. */
export const isFull = process.env.FAULTS_RESULTS !== undefined;

/** @param scope What had the fault: a kind, or the stack. */
export function note(scope: "kind" | "stack", trouble: string, outcome: "recovered" | "again"): void {
  const file = process.env.FAULTS_RESULTS;
  if (file) appendFileSync(file, `${JSON.stringify({ scope, trouble, outcome })}\n`);
}
