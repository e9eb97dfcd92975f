/** `exceptions:`: what may break a rule of `policies:`, and until when. */
import { isDay } from "../model/day";
import { suggestWord } from "../model/suggest";
import type { Diagnostics, Position } from "./diagnostics";
import { FieldReader, isSet, positionOf } from "./fields";
import { reportUnknownFields } from "./knownMap";
import { describeMismatch } from "./mismatch";
import { describeNode, isGiven, type Node } from "./node";

/** Lets one place break a policy until the end of a day. */
export interface PolicyException {
  readonly policy: string;
  /** The key of a project, for the project itself and all that is in it. */
  readonly project?: string | undefined;
  /** The key or slug of a repository, for it and all that is in it. */
  readonly repository?: string | undefined;
  /** One resource: its name in the stack, or what a report calls it. */
  readonly resource?: string | undefined;
  readonly who: string;
  readonly why: string;
  /** The last day, in UTC: 2027-01-31. */
  readonly until: string;
  readonly position: Position;
}

export const exceptionKeys = ["policy", "project", "repository", "resource", "who", "why", "until"] as const;

export function readExceptions(
  written: Node | undefined,
  rules: readonly string[],
  diagnostics: Diagnostics,
): readonly PolicyException[] {
  if (!isGiven(written)) return [];
  if (written.type !== "list") {
    diagnostics.error(written.position, describeMismatch("a list", written));
    return [];
  }
  return written.items.flatMap((item) => readException(item, rules, diagnostics) ?? []);
}

function readException(
  item: Node,
  rules: readonly string[],
  diagnostics: Diagnostics,
): PolicyException | undefined {
  const fields = new FieldReader(diagnostics);
  if (item.type === "broken") return undefined;
  if (item.type !== "map") {
    diagnostics.error(
      item.position,
      `must be a map with policy, who, why and until, not ${describeNode(item)}`,
    );
    return undefined;
  }
  const isFine = reportUnknownFields(item, exceptionKeys, diagnostics);
  const [policy, who, why, until] = (["policy", "who", "why", "until"] as const).map((name) => {
    if (isSet(item, name)) return fields.text(item, name);
    diagnostics.error(item.position, `"${name}" is required`);
    return undefined;
  });
  const [project, repository, resource] = (["project", "repository", "resource"] as const).map((name) =>
    fields.text(item, name),
  );
  if (policy !== undefined && !rules.includes(policy)) {
    const message = `there is no policy "${policy}"`;
    diagnostics.error(positionOf(item, "policy"), message, suggestWord(policy, rules));
    return undefined;
  }
  const hasPlace = ["project", "repository", "resource"].some((name) => isSet(item, name));
  if (!hasPlace)
    diagnostics.error(
      item.position,
      "must name a project, a repository or a resource: what it lets break the policy",
    );
  const hasDay = until === undefined || isDay(until);
  if (!hasDay) diagnostics.error(positionOf(item, "until"), "must be a day, such as 2027-01-31");
  if (!isFine || !hasPlace || !hasDay || !policy || !who || !why || !until) return undefined;
  return { policy, project, repository, resource, who, why, until, position: item.position };
}
