import type { Kind } from "../kinds/kind";

/** The input of a dynamic resource that tells Pulumi's provider host where the provider's code is. */
export const providerKey = "__provider";

/**
 * The value of that input: the host loads this package from the node_modules beside the program or above it. It stands
 * in the state of every resource, so it is short, and the same on every machine.
 */
export function providerText(kind: Kind): string {
  return `exports.handler=()=>require("bitbucket-as-code/provider").${kind.name}`;
}
