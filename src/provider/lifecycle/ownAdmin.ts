import type { LiveReader } from "../../live";
import { RefusedError } from "../errors";
import type { WriteTarget } from "./target";

/**
 * A credential must not take the branch that it sits on.
 *
 * @param after Undefined for a deletion.
 * @throws {RefusedError} if it would lose its own admin permission.
 */
export async function refuseLosingOwnAdmin(
  live: LiveReader,
  before: WriteTarget,
  after: WriteTarget | undefined,
): Promise<void> {
  const { kind, values } = before;
  const admin = kind.adminOf?.(before.resolved);
  if (admin === undefined || (after && kind.adminOf?.(after.resolved) === admin)) return;
  if ((after?.values ?? values).allowLosingOwnAdmin === true || admin !== (await live.people.currentUser()))
    return;
  throw new RefusedError(
    kind,
    values,
    "would remove the admin permission of this credential's own user. Use another user's credential, " +
      'or, if that is intended, set "allowLosingOwnAdmin: true" on it and apply that first.',
  );
}
