/** Resources that vanished from a program because they were renamed. */
import { typeToken } from "../model/typeToken";
import { differsInNameOnly, type StateResource } from "../plan";
import { parseUrn } from "../pulumi/urn";
import type { Registered } from "./check";

/** One of a kind with a history that vanished, and one that appeared and is the same but for its name. */
export function suspectedRenames(gone: readonly StateResource[], fresh: readonly Registered[]): string[] {
  return gone.flatMap((former) => {
    const { kind, outputs, name } = former;
    if (!kind.provides) return [];
    const type = typeToken(kind);
    const candidates = fresh.filter((one) => one.type === type);
    const rivals = gone.filter((other) => other.kind === kind);
    const [now] = candidates;
    if (!now || candidates.length > 1 || rivals.length > 1) return [];
    if (!differsInNameOnly(kind, outputs, now.inputs)) return [];
    const renamed = parseUrn(now.urn).name;
    return [
      `The ${kind.title} ${renamed} appeared, and ${name} vanished, which was the same but for its name. If it was renamed, ` +
        `give it the option { aliases: [{ name: "${name}" }] }: then it keeps its UUID and all that it holds. If it is ` +
        "another one, run it again with BITBUCKET_ALLOW_DELETIONS=<n>, the number of deletions.",
    ];
  });
}
