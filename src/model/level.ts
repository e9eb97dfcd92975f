/**
 * To what an object belongs, said in a word. A reference that is lost on its way (an output that is undefined) would put a
 * repository's webhook into the whole workspace, and no provider can tell it from one that was left out. So where a
 * kind can belong to the workspace as well as to something in it, the word is required for all but the most specific.
 */
import { z } from "zod";
import type { Kind, ParentName, Properties, ValueIssue } from "../kinds/kind";

/** The input that holds the word. */
export const levelField = "level";

/** What objects of this kind can belong to, the most specific first. Empty: there is nothing to mix up. */
export function levelsOf(kind: Kind): readonly ParentName[] {
  return kind.parents.length > 1 && kind.parents.includes("workspace") ? kind.parents : [];
}

/** The level at which an object is, by where it is said to be. */
function levelOf(kind: Kind, values: Properties): ParentName {
  return kind.parents.find((parent) => (values[parent] ?? undefined) !== undefined) ?? "workspace";
}

/** What `level` must be for a resource at this place; undefined where it is optional. */
export function neededLevel(kind: Kind, values: Properties): ParentName | undefined {
  const [first, ...others] = levelsOf(kind);
  const level = levelOf(kind, values);
  return first !== level && others.includes(level) ? level : undefined;
}

/** Problems with a level that is missing, or that is not where the object is. What a preview does not know counts as given. */
export function checkLevel(kind: Kind, inputs: Properties): readonly ValueIssue[] {
  const levels = levelsOf(kind);
  if (levels.length === 0) return [];
  const said = inputs[levelField] ?? undefined;
  const level = levelOf(kind, inputs);
  if (said === undefined) {
    const needed = neededLevel(kind, inputs);
    if (needed === undefined) return [];
    const missing = levels.slice(0, levels.indexOf(needed));
    return [
      {
        path: [missing[0] ?? levelField],
        message:
          `is missing or undefined, so this would be a ${kind.title} of the ${needed === "workspace" ? "whole workspace" : needed}. ` +
          `If that is intended, set ${levelField}: "${needed}"; otherwise check what ${missing.join(" or ")} refers to`,
      },
    ];
  }
  const known = z.enum(levels as [ParentName, ...ParentName[]]).safeParse(said);
  if (!known.success) return [{ path: [levelField], message: `must be one of ${levels.join(", ")}` }];
  if (known.data === level) return [];
  return levels.indexOf(known.data) < levels.indexOf(level)
    ? [{ path: [known.data], message: `is missing or undefined, and level is "${known.data}"` }]
    : [{ path: [levelField], message: `is "${known.data}", and ${level} is set: one of the two is wrong` }];
}
