/** What a run says of objects that it adopts. The engine itself counts them as created. */
import type { Kind, Properties } from "../kinds/kind";
import { describeResource } from "./describe";

/**
 * A line for the user.
 *
 * @param consented Whether `adopt` was set.
 * @param changed The fields that are brought to the declared values.
 */
export function formatAdoption(
  kind: Kind,
  values: Properties,
  consented: boolean,
  changed: readonly string[],
): string {
  const what = describeResource(kind, values);
  if (!consented) return `${what}: existed as declared, and was adopted`;
  return `${what}: adopted${changed.length > 0 ? `, with changes to ${changed.join(", ")}` : ", unchanged"}`;
}

/** How to consent to adoption, by what the resource is declared in. */
const waysToAdopt = {
  yaml: 'To adopt it, set "adopt: true" on it, on its repository or on the whole stack.',
  program:
    'To adopt it, set "adopt: true" in its arguments. To adopt all existing resources, set BITBUCKET_ADOPT=1 for one run, ' +
    'or run "pulumi config set bitbucket:adopt true".',
  native:
    "To adopt it, set `adopt` among its properties. To adopt all that exists, set BITBUCKET_ADOPT=1 for one run, " +
    'or run "pulumi config set bitbucket-cloud:adopt true".',
} as const;

/**
 * What to do about an existing object that differs and is not adopted.
 *
 * @param fixed The fields among those that differ that cannot be changed in place.
 */
export function describeHowToAdopt(fixed: readonly string[], declaredIn: keyof typeof waysToAdopt): string {
  if (fixed.length === 0) return waysToAdopt[declaredIn];
  return `${fixed.join(", ")} cannot be changed in place: declare its current value, or delete it first.`;
}

/** An existing object that a create would meet. */
export interface ExistingLine {
  readonly id: string;
  /** The fields in which it is not as declared, as far as the API shows them. */
  readonly differences: readonly string[];
  /** Those among them that cannot be changed in place. */
  readonly fixed: readonly string[];
  /** Whether an apply adopts it. */
  readonly isTaken: boolean;
}

/**
 * A line for a preview, to show with the resource.
 *
 * @param declaredIn What the user can change.
 */
export function formatExisting(
  { id, differences, fixed, isTaken }: ExistingLine,
  declaredIn: keyof typeof waysToAdopt,
): string {
  const changes = differences.join(", ");
  if (!isTaken)
    return `exists (id ${id}) and differs in ${changes}: an apply would stop before changing it. ${describeHowToAdopt(fixed, declaredIn)}`;
  return changes === ""
    ? "exists: to be adopted unchanged"
    : `exists: to be adopted, with changes to ${changes}`;
}
