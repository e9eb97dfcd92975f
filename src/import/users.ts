/** The users that an import refers to: who is meant by a name, and what they are called. */
import type { DesiredResource, DesiredStack } from "../desired";
import { fieldMeta, type Properties } from "../kinds/kind";
import type { LiveReader } from "../live";
import { hasUserReferences, resolveUsers } from "../plan/users";
import type { Declarations } from "./declare";

/** Resolves the users that a stack names. */
export function createResolver(reader: LiveReader, workspace: string) {
  return async (stack: DesiredStack): Promise<ReadonlyMap<DesiredResource, Properties>> =>
    hasUserReferences(stack.resources) ? resolveUsers(stack.resources, reader, workspace) : new Map();
}

/** The names of the users that are referred to: a UUID says nothing to people. */
export async function userNames(
  { declarations: objects }: Declarations,
  reader: LiveReader,
  workspace: string,
): Promise<ReadonlyMap<string, string>> {
  const names = objects.some(
    ({ kind, isDeclared, live }) =>
      !isDeclared &&
      Object.keys(live.found.args).some((field) => fieldMeta(kind, field).reference === "user"),
  );
  if (!names) return new Map();
  try {
    const known = await reader.people.memberNames(workspace);
    return new Map(
      [...known].map(([uuid, name]) => [uuid, name.replace(/[^\p{L}\p{N}\p{P}\p{Zs}]+/gu, " ").trim()]),
    );
  } catch {
    // Without permission to see the members, the UUIDs get no names beside them.
    return new Map();
  }
}
