/** Declared resources whose objects an import may add to a state, compared with those objects. */
import { type DesiredResource, isSecretReference, type SecretContext } from "../desired";
import { type DesiredValues, resolveDesired } from "../drift/desired";
import type { Kind, Properties } from "../kinds/kind";
import type { LiveReader, SurveyedObject } from "../live";
import { compareExisting, isAdoptable } from "../model/existing";
import { hasUnknown } from "../model/unknown";
import { withDefaults } from "../model/values";

/** How the object of a resource is not as declared. */
export interface Difference {
  readonly fields: readonly string[];
  /** Those among them that cannot be changed in place. */
  readonly fixed: readonly string[];
  /** Those among them whose declared values cannot be looked up, with the reason. */
  readonly unknown: ReadonlyMap<string, string>;
  /** Whether the state may take it: an apply that met it would adopt it as well. */
  readonly isAdoptable: boolean;
}

/** Whether a value, or a part of it, is looked up elsewhere. */
export function holdsReference(value: unknown): boolean {
  if (isSecretReference(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsReference);
}

/** Looks up the values of the resources that take some from elsewhere and whose objects show them. */
export function resolveShown(
  matches: Iterable<readonly [DesiredResource, SurveyedObject]>,
  { secrets, reader, workspace }: { secrets: SecretContext; reader: LiveReader; workspace: string },
): Promise<ReadonlyMap<DesiredResource, DesiredValues>> {
  const shown = [...matches].flatMap(([resource, { found }]) =>
    Object.entries(resource.args).some(
      ([field, value]) => found.args[field] !== undefined && holdsReference(value),
    )
      ? [resource]
      : [],
  );
  return resolveDesired(shown, secrets, reader, workspace);
}

/**
 * @param inputs The location and the declared values, checked.
 * @param unknown The fields whose values could not be looked up, with the reason.
 * @returns Undefined if the object is as declared, as far as the API shows it.
 */
export function findDifference(
  kind: Kind,
  inputs: Properties,
  { at, found }: SurveyedObject,
  { unknown, adoptAll }: { unknown: ReadonlyMap<string, string>; adoptAll: boolean },
): Difference | undefined {
  const known = Object.fromEntries(Object.entries(inputs).filter(([, value]) => !hasUnknown(value)));
  const { differing, fixed, told } = compareExisting(kind, at, withDefaults(kind, known), found, {});
  // What is unknown is not equal.
  const doubtful = [...unknown.keys()].filter((field) => found.args[field] !== undefined);
  const fields = [...new Set([...differing, ...doubtful])];
  if (fields.length === 0) return undefined;
  return {
    fields,
    fixed,
    unknown: new Map([...unknown].filter(([field]) => doubtful.includes(field))),
    isAdoptable: isAdoptable(kind, inputs, { fixed, told: [...told, ...doubtful] }, adoptAll),
  };
}
