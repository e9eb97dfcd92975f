/**
 * Applies the policy for unmanaged resources in a preview or an apply: reports them, stops, or removes them.
 */
import { UserError } from "../errors";
import type { LiveReader, UnreadablePart } from "../live";
import type { Discovery } from "./find";
import { nameOf, type UnmanagedObject } from "./model";

/** Names in a message, at most. */
const fewNames = 20;

/** An unmanaged resource exists that the policy forbids. Nothing was changed. */
class UnmanagedError extends UserError {
  constructor(objects: readonly UnmanagedObject[], stack: string) {
    super(
      [
        `${count(objects)} in the workspace that this stack does not manage and that must not exist (unmanaged: fail). Nothing was changed.`,
        ...lines(objects),
        `Declare them (with "adopt: true" if they differ), delete them, or set another policy. "npx bitbucket-as-code unmanaged ${stack}" lists all.`,
      ].join("\n"),
    );
  }
}

interface Consequences {
  readonly warnings: readonly string[];
  readonly removals: readonly UnmanagedObject[];
}

/**
 * @param stack The name of the stack, for messages.
 * @param canRemove Whether the state is known: without it, managed resources could be taken for unmanaged
 * ones.
 * @throws {UnmanagedError} if the policy for a resource is `fail`.
 */
export async function applyPolicies(
  { objects, unreadable }: Discovery,
  { stack, reader, canRemove }: { stack: string; reader: LiveReader; canRemove: boolean },
): Promise<Consequences> {
  const failing = objects.filter(({ policy }) => policy === "fail");
  if (failing.length > 0) throw new UnmanagedError(failing, stack);
  const warnings: string[] = [];
  const reported = objects.filter(({ policy }) => policy === "report");
  if (reported.length > 0) {
    const more = `"npx bitbucket-as-code unmanaged ${stack}" lists all.`;
    warnings.push(
      [`${count(reported)} in the workspace that this stack does not manage:`, ...lines(reported), more].join(
        "\n",
      ),
    );
  }
  const removed = objects.filter(({ policy }) => policy === "remove");
  const own = await findOwnPermissions(removed, reader);
  if (own.length > 0)
    warnings.push(
      [
        "Not removed despite the policy, because they give the credential's own user its admin permission:",
        ...lines(own),
      ].join("\n"),
    );
  const removals = removed.filter((one) => !own.includes(one));
  if (removals.length > 0 && !canRemove)
    warnings.push(
      "No unmanaged resources were removed: the stack's state could not be read, so it is not certain what is managed.",
    );
  else if (removals.length > 0)
    warnings.push(
      [
        `${count(removals)} to be deleted that this stack never managed (unmanaged: remove):`,
        ...lines(removals),
      ].join("\n"),
    );
  if (unreadable.length > 0) warnings.push(formatUnreadable(unreadable));
  return { warnings, removals: canRemove ? removals : [] };
}

/** A credential must not remove its own access. */
async function findOwnPermissions(
  objects: readonly UnmanagedObject[],
  reader: LiveReader,
): Promise<readonly UnmanagedObject[]> {
  const admins = objects.filter(({ kind, found }) => kind.adminOf?.(found.args) !== undefined);
  if (admins.length === 0) return [];
  const user = await reader.people.currentUser();
  return admins.filter(({ kind, found }) => kind.adminOf?.(found.args) === user);
}

export function formatUnreadable(unreadable: readonly UnreadablePart[]): string {
  const texts = new Map<string, number>();
  for (const { kind, reason } of unreadable) {
    const text = `  - ${kind.title}: ${reason}`;
    texts.set(text, (texts.get(text) ?? 0) + 1);
  }
  const shown = [...texts]
    .slice(0, fewNames)
    .map(([text, times]) => (times > 1 ? `${text} (${times} times)` : text));
  return [
    "Could not check everywhere for unmanaged resources:",
    ...shown,
    ...(texts.size > shown.length ? [`  … and ${texts.size - shown.length} more`] : []),
  ].join("\n");
}

function count(objects: readonly UnmanagedObject[]): string {
  return objects.length === 1
    ? "There is 1 unmanaged resource"
    : `There are ${objects.length} unmanaged resources`;
}

function lines(objects: readonly UnmanagedObject[]): string[] {
  const shown = objects.slice(0, fewNames).map((one) => `  - ${one.kind.title} ${nameOf(one)}`);
  return objects.length > shown.length ? [...shown, `  … and ${objects.length - shown.length} more`] : shown;
}
