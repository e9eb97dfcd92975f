/**
 * Operations that were interrupted, and whose outcome the engine does not know. It drops them in the next operation, except
 * creations, which it keeps until somebody clears them.
 * https://github.com/pulumi/pulumi/blob/master/pkg/backend/snapshot.go (pendingCreateOperations)
 */
import { keyInUrn } from "../urn";
import type { PendingOperation } from "./deployment";
import { parseState } from "./schema";

/** @param state What `pulumi stack export` prints, parsed as JSON. */
export function readInterrupted(state: unknown): readonly PendingOperation[] {
  return parseState(state).deployment?.pending_operations ?? [];
}

/** Lines of a list. */
const fewNames = 5;

/** `creating Repository api, updating Webhook api:ci` */
export function listInterrupted(operations: readonly PendingOperation[]): string {
  const names = operations
    .slice(0, fewNames)
    .map(({ type, resource: { urn } }) => `${type} ${keyInUrn(urn) ?? urn}`);
  const rest = operations.length - names.length;
  return [...names, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

/**
 * What interrupted operations mean, and what ends them.
 *
 * @param stack The name of the Pulumi stack.
 */
export function describeInterrupted(operations: readonly PendingOperation[], stack: string): string {
  return (
    `An earlier run was interrupted, or is still in progress, while ${listInterrupted(operations)}. An apply finds out what became of that, and creates ` +
    `nothing twice. To clear it from the state: npx bitbucket-as-code up ${stack}, or, without changes in Bitbucket: ` +
    `npx bitbucket-as-code repair ${stack}`
  );
}
