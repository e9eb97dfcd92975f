/** Messages about renamed resources, and the lookup of live ones. */
import { UserError } from "../errors";
import type { LiveObject, Location } from "../kinds/kind";
import type { LiveReader } from "../live";
import { toLocation } from "../model/location";
import type { StateEntry } from "../pulumi/state";
import type { LiveLookup, Renames, SuspectedRename } from "./renames";

/** Names of renamed resources that are shown. */
const fewNames = 20;

/** A line for each renamed resource. */
export function renameMessages({ former, renamed }: Renames): string[] {
  const lines = renamed
    .slice(0, fewNames)
    .map(
      (resource) =>
        `${resource.kind.name} ${resource.name} is what the state has as ${former.get(resource)?.name}: ` +
        "it continues under its new name, and is not recreated.",
    );
  const rest = renamed.length - lines.length;
  return rest > 0 ? [...lines, `… and ${rest} more under new names.`] : lines;
}

/** A line for each suspected rename, with how to declare it. */
export function renameHints({ suspected }: Pick<Renames, "suspected">): string[] {
  return suspected.map(formatHint);
}

/** Something with a history would be deleted and recreated, and nobody said that it is no rename. */
export class SuspectedRenameError extends UserError {
  constructor(hints: readonly string[], outcome = "Nothing was changed.") {
    super([...hints, outcome].join("\n"));
  }
}

function formatHint({ resource, state }: SuspectedRename): string {
  const { position, kind, name } = resource;
  const key = state.name.split(":").at(-1);
  const isMoved = String(resource.args.project ?? "") !== String(state.outputs.project ?? "");
  return (
    `${position.file}:${position.line}:${position.column} ${position.path}: the ${kind.title} ${name} is new, and ` +
    `${state.name} was removed, which differs only in its name${isMoved ? " and its project" : ""}. As declared, ${state.name} is deleted, and ` +
    `${name} is created empty: an apply stops. If it was renamed, set "renamedFrom: ${key}" on ${name}: ` +
    'then it keeps its UUID and contents. If it is a new one, set "renamedFrom: null".'
  );
}

/** Looks at the live object of a resource in the state. If it can't be read, its name is unknown. */
export function createLiveLookup(live: LiveReader): LiveLookup {
  return async (resource) => {
    try {
      return await findLiveObject(live, resource);
    } catch {
      return undefined;
    }
  };
}

/**
 * The live object of a resource in the state; undefined where it is gone.
 *
 * @throws {Error} where it cannot be read.
 */
export async function findLiveObject(live: LiveReader, entry: StateEntry): Promise<LiveObject | undefined> {
  const { kind, id, outputs } = entry;
  return live.read(kind, await locateEntry(live, entry), id, outputs);
}

/** Where a resource in the state is by now: its workspace and its project may have been renamed. */
export async function locateEntry(live: LiveReader, { kind, outputs }: StateEntry): Promise<Location> {
  const held = toLocation(kind, outputs);
  const uuid = outputs.workspaceUuid;
  const { workspace } = await live.workspaces.findHome({ ...held, uuid, inState: true });
  const project = held.project && (await live.projectKey(workspace, held.project));
  const account = kind.parents.includes("account") ? await live.people.currentUser() : undefined;
  return { ...held, workspace, ...(project ? { project } : {}), ...(account ? { account } : {}) };
}
