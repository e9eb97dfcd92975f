/** Finds existing objects that an apply would create, for a preview. */
import type { Client } from "../bitbucket";
import { environment } from "../environment";
import { findExistingObjects, formatExisting } from "../plan";
import { Lifecycle } from "../provider/lifecycle";
import { type ConfigLookup, isAdoptionForAll } from "../provider/session";
import { noteForRun } from "../pulumi/notes";
import type { PreparedProgram, ResolvedResource } from "./prepare";

/** A message about an object that a create would run into. */
export interface ExistingMessage {
  readonly severity: "info" | "warn";
  readonly text: string;
  readonly resource: ResolvedResource["resource"];
}

/** @param pulumiStack The name of the Pulumi stack. */
export async function describeExisting(
  { stack, desired, applied = [], live }: PreparedProgram,
  pulumiStack: string,
  client: Client,
  settings: ConfigLookup,
): Promise<readonly ExistingMessage[]> {
  const adoptAll = isAdoptionForAll(environment(), settings);
  const lifecycle = new Lifecycle(client, live, undefined, undefined, adoptAll);
  const found = await findExistingObjects(desired, applied, stack.workspace, lifecycle);
  return found.map((one) => {
    const { resource } = one;
    const { kind, name } = resource;
    if (one.isTaken) noteForRun({ note: "toBeAdopted", stack: pulumiStack, kind: kind.name, name });
    return { severity: one.isTaken ? "info" : "warn", text: formatExisting(one, "yaml"), resource };
  });
}
