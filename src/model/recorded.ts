/** A short cut for what has not changed, which is nearly everything in a large stack. */
import { isDeepStrictEqual } from "node:util";
import { defaultsOf, type Kind, type Properties } from "../kinds/kind";
import { oncePer } from "../kinds/memo";
import { locationFields } from "./location";

/**
 * Whether inputs are, value by value, what the state holds: then neither the check nor the diff would find anything else.
 * What says the same in another way takes them.
 *
 * @param given Without a place, it is the one of the state.
 */
export function isAsRecorded(kind: Kind, outputs: Properties, given: Properties): boolean {
  const defaults = defaultsOf(kind);
  for (const field of fieldsOf(kind)) {
    const held = outputs[field] ?? defaults[field];
    const wanted = given[field] ?? defaults[field];
    if (held !== wanted && !(typeof held === "object" && isDeepStrictEqual(held, wanted))) return false;
  }
  return locationFields(kind).every((field) => given[field] === undefined || given[field] === outputs[field]);
}

const fieldsOf = oncePer((kind: Kind) => Object.keys(kind.args.shape));
