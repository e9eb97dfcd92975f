/** How a resource's state says where its provider is. */
/** The input that tells the host where the provider's code is. */
export const providerKey = "__provider";

/**
 * The text of that input: the host loads this package from the node_modules beside the program or above it. The state
 * of every resource holds it, so it is short, and the same on every machine.
 */
export function providerText(kind: { readonly name: string }): string {
  return `exports.handler=()=>require("bitbucket-as-code/provider").${kind.name}`;
}
