/** Reports existing objects that an apply would create, in a preview. */
import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../bitbucket";
import type { DesiredStack } from "../desired";
import { environment } from "../environment";
import type { LiveReader } from "../live";
import { formatExisting } from "../model/adoption";
import { findExistingObjects, type StateEntry } from "../plan";
import { Lifecycle } from "../provider/lifecycle";
import { stackSettings } from "../provider/program";
import { isAdoptionForAll } from "../provider/session";
import { noteForRun } from "../pulumi/notes";
import type { Registration, ResolvedResource } from "./registration";

/** Reports in a preview the objects that a create would run into. */
export async function reportExisting({
  stack,
  desired,
  state = [],
  registration,
  client,
  live,
}: {
  readonly stack: DesiredStack;
  readonly desired: readonly ResolvedResource[];
  readonly state: readonly StateEntry[] | undefined;
  readonly registration: Registration;
  readonly client: Client;
  readonly live: LiveReader;
}): Promise<void> {
  const adoptAll = isAdoptionForAll(environment(), stackSettings());
  const lifecycle = new Lifecycle(client, live, undefined, undefined, adoptAll);
  for (const one of await findExistingObjects(desired, state, stack.workspace, lifecycle)) {
    const { kind, name } = one.resource;
    if (one.isTaken) noteForRun({ note: "toBeAdopted", stack: pulumi.getStack(), kind: kind.name, name });
    const say = one.isTaken ? pulumi.log.info : pulumi.log.warn;
    await say(formatExisting(one, "yaml"), registration.getRegistered(one.resource));
  }
}
