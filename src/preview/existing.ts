/** Reports existing objects that an apply would create, in a preview. */
import { formatExisting } from "../model/adoption";
import { findExistingObjects } from "../plan";
import { isAdoptionForAll } from "../provider/adoptionForAll";
import { Lifecycle } from "../provider/lifecycle";
import type { ProgramContext } from "./context";
import type { DeclaredStack } from "./declare";

/** Reports in a preview the objects that a create would run into. */
export async function reportExisting(
  { stack, desired, state = [] }: DeclaredStack,
  { client, live, env, settings, stackName, log, note, marksAdoptions }: ProgramContext,
): Promise<void> {
  const lifecycle = new Lifecycle(client, live, { adoptAll: isAdoptionForAll(env, settings) });
  for (const one of await findExistingObjects(desired, state, stack.workspace, lifecycle)) {
    const { kind, name } = one.resource;
    if (one.isTaken) note({ note: "toBeAdopted", stack: stackName, kind: kind.name, name });
    if (one.isTaken && marksAdoptions && one.differences.length === 0) continue;
    await (one.isTaken ? log.info : log.warn)(formatExisting(one, "yaml"), one.resource);
  }
}
