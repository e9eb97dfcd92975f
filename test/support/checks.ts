/** The checks of what goes over the wire, which Jest's environment compiles once a worker and hands to each test file. */
import type { wrongRequest, wrongResponse } from "../openapi/exchange";

interface Checks {
  readonly wrongRequest: typeof wrongRequest;
  readonly wrongResponse: typeof wrongResponse;
}

/** Where the environment puts them. */
export const checks = Symbol.for("bitbucket-as-code: checks of what goes over the wire");

export function compiledChecks(): Checks {
  const found = (globalThis as unknown as Readonly<Record<symbol, Checks | undefined>>)[checks];
  if (!found) throw new Error("Jest's environment is not that of test/hunt/environment.ts");
  return found;
}
