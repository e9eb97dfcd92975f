/** What the stack's state holds, to judge how much of it has vanished. Asked for only once something has. */
import type { HeldObject } from "../live";
import { describe } from "../model/describe";
import { complete } from "../model/values";
import { exportState, type RunningEngine } from "../pulumi";
import { resourcesIn } from "../pulumi/state/resources";

/** The resources in the state of the run that this process belongs to, or undefined where they cannot be read. */
export async function heldByRun(
  engine: RunningEngine | undefined,
): Promise<readonly HeldObject[] | undefined> {
  const exported = await exportState({ engine });
  if ("reason" in exported) return undefined;
  try {
    return resourcesIn(exported.state).map(({ kind, id, outputs }) => {
      const values = complete(kind, outputs);
      return { kind, id, values, name: describe(kind, values) };
    });
  } catch {
    return undefined;
  }
}
