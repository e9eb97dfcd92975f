/**
 * The same workspace or user, written in another way: no change. Whatever is written as in the state costs no request.
 */
import { isDeepStrictEqual } from "node:util";
import type { Kind, Properties } from "../kinds/kind";
import { userFieldsOf } from "../kinds/parse";
import { type LiveReader, UnknownUserError } from "../live";
import { locationFields } from "../model/location";
import { hasUnknown } from "../model/unknown";

/**
 * The inputs, with what only is written in another way as the state has it.
 *
 * @param state The outputs in the state.
 * @throws {OtherWorkspaceError} where another workspace is asked for.
 */
export async function matchStateSpelling(
  kind: Kind,
  state: Properties,
  inputs: Properties,
  live: () => LiveReader,
): Promise<Properties> {
  const kept: Record<string, unknown> = {};
  const { workspace: before } = state;
  const { workspace: asked } = inputs;
  if (
    locationFields(kind).includes("workspace") &&
    typeof before === "string" &&
    typeof asked === "string" &&
    before !== asked &&
    !hasUnknown(asked)
  ) {
    const { workspaceUuid: uuid, repository } = state;
    await live().workspaces.checkSame({ workspace: before, uuid, repository }, asked);
    kept.workspace = before;
  }
  for (const field of userFieldsOf(kind)) {
    const [old, wanted] = [state[field], inputs[field]];
    if (old === undefined || wanted === undefined) continue;
    if (isDeepStrictEqual(old, wanted) || hasUnknown(wanted)) continue;
    const at = String(kept.workspace ?? asked);
    const [held, meant] = await Promise.all([
      resolveUuids(old, at, live()),
      resolveUuids(wanted, at, live()),
    ]);
    if (held !== undefined && isDeepStrictEqual(held, meant)) kept[field] = old;
  }
  return { ...inputs, ...kept };
}

/** Sorted UUIDs; undefined where somebody cannot be looked up, so that the texts alone count. */
async function resolveUuids(
  users: unknown,
  workspace: string,
  live: LiveReader,
): Promise<readonly string[] | undefined> {
  try {
    const found = await Promise.all(
      [users].flat().map((user) => live.people.uuidOf(workspace, String(user))),
    );
    return found.sort();
  } catch (error) {
    if (error instanceof UnknownUserError) return undefined;
    throw error;
  }
}
