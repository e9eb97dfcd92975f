/** References to users, looked up before anything is registered, so that a wrong one is reported at its place. */
import { type DesiredResource, DesiredStateError, type Diagnostic } from "../desired";
import { fieldMeta, type Properties } from "../kinds/kind";
import { type LiveReader, UnknownUserError } from "../live";
import { findDoubleUsers } from "./doubleUsers";

/** Whether any reference to a user is not a UUID. */
export function hasUserReferences(resources: readonly DesiredResource[]): boolean {
  return resources.some((resource) =>
    userReferences(resource).some(([, users]) => users.some((user) => !user.startsWith("{"))),
  );
}

/**
 * The args of each resource with users by their UUIDs.
 *
 * @throws {DesiredStateError} with everybody who cannot be found, or is written twice in two ways, at the places where
 *   they are written.
 */
export async function resolveUsers(
  resources: readonly DesiredResource[],
  live: LiveReader,
  workspace: string,
): Promise<ReadonlyMap<DesiredResource, Properties>> {
  const problems: Diagnostic[] = [];
  const found = new Map<DesiredResource, Properties>();
  for (const resource of resources) {
    const args: Record<string, unknown> = { ...resource.args };
    for (const [field, users, single] of userReferences(resource)) {
      const uuids = await Promise.all(
        users.map((user, index) =>
          live.people.uuidOf(workspace, user).catch((error: unknown) => {
            if (!(error instanceof UnknownUserError)) throw error;
            problems.push({
              severity: "error",
              ...resource.positionOf(single ? [field] : [field, index]),
              message: error.message,
            });
            return "";
          }),
        ),
      );
      args[field] = single ? uuids[0] : uuids;
    }
    found.set(resource, args);
  }
  problems.push(...findDoubleUsers(found));
  if (problems.length > 0) throw new DesiredStateError(problems);
  return found;
}

/** The fields that name users, with the names, and whether the field holds a single one. */
export function userReferences({
  kind,
  args,
}: DesiredResource): (readonly [field: string, users: readonly string[], single: boolean])[] {
  return Object.entries(args).flatMap(([field, value]) => {
    if (fieldMeta(kind, field).reference !== "user") return [];
    const users = [value].flat().filter((user): user is string => typeof user === "string");
    return [[field, users, !Array.isArray(value)] as const];
  });
}
