/** The guard on what holds history: repositories and projects are deleted only where that is written out. */
import { z } from "zod";
import type { Kind, Properties } from "./kind";

type Deletion = "forbid" | "allow" | "archive";

const meanings: Readonly<Record<Deletion, string>> = {
  forbid: "`forbid` refuses it",
  allow: "`allow` deletes it with all its contents",
  archive: "`archive` makes it private and moves it to the project `archiveProject`",
};

/** The field: what to do when the object leaves the desired state. */
export function deletionField<const Allowed extends readonly ["forbid", ...Deletion[]]>(allowed: Allowed) {
  return z
    .enum(allowed)
    .default("forbid")
    .meta({
      toolOption: true,
      description: `What happens when it is removed from the desired state: ${allowed.map((word) => meanings[word]).join("; ")}.`,
    });
}

/** The refusal, with what to do next. */
export function refuseDeletion(title: string, name: string, state: Properties): string | undefined {
  if (state.deletion !== "forbid" && state.deletion !== undefined) return undefined;
  return (
    `The ${title} ${name} is protected from deletion. To delete it, set deletion: "allow" on it, apply that, ` +
    "and then remove it."
  );
}

/** Why an object is not deleted that took the place of the one which the state holds. */
export function refuseRecreatedDeletion(title: string, name: string): string {
  return (
    `The ${title} ${name} was deleted in Bitbucket and created again with the same name. It is another one than this ` +
    'stack has managed, so it is protected from deletion. To delete it, declare it with deletion: "allow", apply that, and ' +
    'then remove it. To leave it unmanaged, run "npx bitbucket-as-code forget".'
  );
}

/** What remains of the state for an object that took the place of another: consent to delete that one is none for it. */
export function withoutDeletionConsent({ deletion: _consent, ...rest }: Properties): Properties {
  return rest;
}

/** Whether the deletion of an object takes along what belongs to it. What is archived keeps it. */
export function describeDeletedChildren(
  { parentRole }: Pick<Kind, "parentRole">,
  values: Properties,
): boolean {
  return parentRole !== undefined && values.deletion !== "archive";
}
