/** Whether a run adopts everything that exists. */
import { variable } from "../environment";
import type { ConfigLookup } from "./configLookup";

/** Whether this run may adopt everything that exists: `BITBUCKET_ADOPT`, or `bitbucket:adopt`. */
export function isAdoptionForAll(env: NodeJS.ProcessEnv, lookup: ConfigLookup): boolean {
  return variable("BITBUCKET_ADOPT", env, lookup);
}
