/**
 * The checks of requests and responses, which Jest's environment compiles once per worker and passes to each
 * test file.
 */
import type { wrongRequest, wrongResponse } from "../openapi/exchange";

interface Checks {
  readonly wrongRequest: typeof wrongRequest;
  readonly wrongResponse: typeof wrongResponse;
}

/** The place where the environment stores them. */
export const checks = Symbol.for("bitbucket-as-code: checks of what goes over the wire");

export function compiledChecks(): Checks {
  const found = (globalThis as unknown as Readonly<Record<symbol, Checks | undefined>>)[checks];
  if (!found) throw new Error("Jest's environment is not that of test/hunt/environment.ts");
  return found;
}
