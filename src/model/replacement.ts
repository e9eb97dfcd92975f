/** The guard on what holds history holds for replacements as well: they delete the object and create another one. */
import type { Kind, Properties } from "../kinds/kind";
import { describeResource } from "./describe";
import { withDefaults } from "./values";

/**
 * Returns why an object is not replaced, and what to do about it; `undefined` where it may be deleted.
 *
 * @param state As it was applied.
 * @param inputs As it is declared now.
 * @param fields The fields whose change replaces it.
 */
export function refuseReplacement(
  kind: Kind,
  state: Properties,
  inputs: Properties,
  fields: readonly string[],
): string | undefined {
  const refuses = (values: Properties) => kind.refuseDelete?.(withDefaults(kind, values)) !== undefined;
  if (fields.length === 0 || !(refuses(state) || refuses(inputs))) return undefined;
  return (
    `A change of ${fields.join(", ")} would replace the ${describeResource(kind, state)}: delete it, and create ` +
    `another one. It is protected from deletion. If that is meant, write deletion: "allow" for it, apply that, ` +
    `and then change ${fields.join(", ")}.`
  );
}
