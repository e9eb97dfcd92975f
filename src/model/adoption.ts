/** What a run says of objects that it adopts. The engine itself counts them as created. */
import { fieldMeta, type Kind, type Properties } from "../kinds/kind";
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

/** An existing object that a create would meet. */
export interface ExistingLine {
  readonly resource: { readonly kind: Kind };
  readonly id: string;
  /** The fields in which it is not as declared, as far as the API shows them. */
  readonly differences: readonly string[];
  /** Whether an apply adopts it. */
  readonly isTaken: boolean;
}

/**
 * A line for a preview, to show with the resource.
 *
 * @param declaredIn What the user can change.
 */
export function formatExisting(
  { resource, id, differences, isTaken }: ExistingLine,
  declaredIn: keyof typeof waysToAdopt,
): string {
  const changes = differences.join(", ");
  if (!isTaken) {
    const fixed = differences.filter((field) => fieldMeta(resource.kind, field).immutable);
    const way =
      fixed.length > 0
        ? `${fixed.join(", ")} cannot be changed in place: declare its current value, or delete it first.`
        : waysToAdopt[declaredIn];
    return `exists (id ${id}) and differs in ${changes}: an apply would stop before changing it. ${way}`;
  }
  return changes === ""
    ? "exists: to be adopted unchanged"
    : `exists: to be adopted, with changes to ${changes}`;
}
