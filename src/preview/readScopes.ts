/** What a stack's reads require, where one of them was refused: the first one ends a look, and names its own scopes alone. */
import { type Credentials, missingScopes, PermissionError } from "../bitbucket";
import type { DesiredStack } from "../desired";
import { scopesOfStack } from "../plan";

/**
 * A sentence to add to an error; empty where it is about something else, or has said it all.
 *
 * @param type Of the credential.
 */
export function describeReadScopes(
  error: unknown,
  stack: Pick<DesiredStack, "resources">,
  type: Credentials["type"],
): string {
  if (!(error instanceof PermissionError)) return "";
  const { granted } = error;
  if (missingScopes(error).length === 0) return "";
  const all = scopesOfStack(stack, "preview", type).needed.map(({ scope }) => scope);
  const missing = missingScopes({ required: all, granted });
  if (missing.every((scope) => error.required.includes(scope))) return "";
  return granted.length === 0
    ? ` To read this stack requires the scopes ${all.join(", ")}.`
    : ` To read this stack, it lacks the scopes ${missing.join(", ")}.`;
}
