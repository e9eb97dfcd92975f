/**
 * One user under two spellings (a nickname and a UUID, say) is one user: two resources for one object would undo each
 * other's work, and removing one spelling would delete what the other declares.
 */
import type { DesiredResource, Diagnostic, Position } from "../desired";
import { identityOf, type Properties } from "../kinds/kind";
import { userFieldsOf } from "../kinds/parse";

/** @param resolved The args of each resource with users by their UUIDs; "" stands for one who was not found. */
export function findDoubleUsers(resolved: ReadonlyMap<DesiredResource, Properties>): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const identities = new Map<string, DesiredResource>();
  const numbers = new Map<DesiredResource | undefined, number>();
  for (const [resource, args] of resolved) {
    const { kind, parent } = resource;
    const fields = userFieldsOf(kind);
    for (const field of fields) {
      const users = args[field];
      if (Array.isArray(users)) problems.push(...findDoublesInList(resource, field, users));
    }
    const key = kind.naturalKey.find((field) => fields.includes(field));
    if (key === undefined || args[key] === "") continue;
    const number = numbers.get(parent) ?? numbers.size;
    numbers.set(parent, number);
    const identity = `${kind.name} ${number} ${identityOf(kind, args)}`;
    const other = identities.get(identity);
    if (other) problems.push(toProblem(resource.positionOf([key]), resource.args[key], other, key));
    else identities.set(identity, resource);
  }
  return problems;
}

function toProblem(at: Position, user: unknown, other: DesiredResource, key: string): Diagnostic {
  const { path, file, line } = other.positionOf([key]);
  return {
    severity: "error",
    ...at,
    message:
      `"${user}" is the same user as "${other.args[key]}" of ${path} in ${file}:${line}, so both would be the same ` +
      `${other.kind.title}. Keep one of the two`,
  };
}

/** The same spelling twice in one list means nothing else than once. */
function findDoublesInList(
  resource: DesiredResource,
  field: string,
  uuids: readonly unknown[],
): Diagnostic[] {
  const written = [resource.args[field]].flat();
  return uuids.flatMap((uuid, index) => {
    const first = uuids.indexOf(uuid);
    if (uuid === "" || first === index || written[first] === written[index]) return [];
    const { path, file, line } = resource.positionOf([field, first]);
    return [
      {
        severity: "error" as const,
        ...resource.positionOf([field, index]),
        message:
          `"${written[index]}" is the same user as "${written[first]}" of ${path} in ${file}:${line}. ` +
          "Keep one of the two",
      },
    ];
  });
}
