/** How to remove resources from Terraform, so that two tools don't manage the same resources. */
import { quoteShell } from "../../process/shell";
import type { TerraformResource, TerraformState } from "./state";

/**
 * The addresses of what was imported. If no instance of a resource remains, one address covers all of them.
 */
export function listAddresses(
  state: TerraformState,
  taken: ReadonlySet<TerraformResource>,
): readonly string[] {
  const partly = new Set([
    ...state.remarks.map(({ block }) => block),
    ...state.resources.flatMap((one) => (taken.has(one) ? [] : [one.block])),
  ]);
  // Removing an instance would remove its deposed objects as well.
  const kept = new Set(state.remarks.map(({ address }) => address));
  const addresses = [...taken].map(({ block, address }) => (partly.has(block) ? address : block));
  return [...new Set(addresses)].filter((address) => !kept.has(address));
}

/** `terraform state rm bitbucket_hook.ci 'module.a["b"].bitbucket_hook.ci'` */
export function formatRemoval(tool: TerraformState["tool"], addresses: readonly string[]): string {
  return [`${tool} state rm`, ...addresses.map(quoteShell)].join(" \\\n    ");
}
