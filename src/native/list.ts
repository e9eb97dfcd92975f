/** Lists the objects of a kind at a place, by their import ids. */
import { UserError } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { checkLocation, toLocation } from "../model/location";
import { importIdOf } from "./importId";
import type { Provider } from "./provider";

interface Listed {
  readonly id: string;
  /** A name for people. */
  readonly name: string;
}

/** @param query The inputs that locate a resource of the kind. */
export async function listIds(provider: Provider, kind: Kind, query: Properties): Promise<readonly Listed[]> {
  const places = {
    ...(query.workspace === undefined && provider.workspace !== undefined
      ? { workspace: provider.workspace }
      : {}),
    ...query,
  };
  const [issue] = checkLocation(kind, places);
  if (issue) throw new UserError(`${issue.path.join(".")} ${issue.message}.`);
  const { reader } = provider.session;
  const at = toLocation(kind, places);
  const account = kind.parents.includes("account") ? await reader.people.currentUser() : undefined;
  const project =
    at.project === undefined ? {} : { project: await reader.projectKey(at.workspace, at.project) };
  const found = await reader.list(kind, { ...at, ...project, ...(account === undefined ? {} : { account }) });
  return found.map((one) => ({
    id: importIdOf(kind, { ...at, ...project }, one.id),
    name: String(one.args[kind.naturalKey[0] ?? ""] ?? one.args.name ?? one.id),
  }));
}
