/** Resources that vanished from a program because they were renamed. */
import { toTypeToken } from "../model/typeToken";
import { isRenamedOnly, type StateEntry } from "../plan";
import { parseUrn } from "../pulumi/urn";
import type { RegisteredResource } from "./check";

/**
 * Pairs of a vanished resource, of a kind with a history, and a new one that is equal apart from its name and its project.
 */
export function suspectedRenames(
  gone: readonly StateEntry[],
  fresh: readonly RegisteredResource[],
): string[] {
  return gone.flatMap((former) => {
    const { kind, outputs, name } = former;
    if (!kind.parentRole) return [];
    const type = toTypeToken(kind);
    const candidates = fresh.filter((one) => one.type === type);
    const rivals = gone.filter((other) => other.kind === kind);
    const [now] = candidates;
    if (!now || candidates.length > 1 || rivals.length > 1) return [];
    if (!isRenamedOnly(kind, outputs, now.inputs)) return [];
    const renamed = parseUrn(now.urn).name;
    const isMoved = String(outputs.project ?? "") !== String(now.inputs.project ?? "");
    return [
      `The ${kind.title} ${renamed} appeared, and ${name} was removed, which differs only in its name${isMoved ? " and its project" : ""}. ` +
        `If it was renamed, set its option { aliases: [{ name: "${name}" }] }: then it keeps its UUID and contents. If it is ` +
        "a new one, run this again with BITBUCKET_ALLOW_DELETIONS=<n>, the number of deletions.",
    ];
  });
}
