/** One object, asked for by itself. */
import { BitbucketError, NotFoundError, type ReadClient } from "../bitbucket";
import type { Kind, LiveObject, Location, Properties } from "../kinds/kind";
import { parseAt } from "./shape";

/** An object from its own path. Undefined: there is none, or none with this id, or its kind has no such path. */
export async function readItem(
  client: ReadClient,
  kind: Kind,
  at: Location,
  id: string,
  values: Properties,
): Promise<LiveObject | undefined> {
  if (!("collection" in kind.source)) return undefined;
  const { item, itemMissing, collection } = kind.source;
  const path = item?.(at, id, values);
  if (path === undefined) return undefined;
  const { fields } = collection(at);
  try {
    const body = await client.get(path, fields === undefined ? {} : { query: { fields } });
    const found = parseAt(kind, path, body, at, values);
    const isOther = id.startsWith("{") && found.id !== id;
    return isOther || kind.isTombstone?.(found) ? undefined : found;
  } catch (error) {
    const isMissing =
      error instanceof NotFoundError ||
      (error instanceof BitbucketError && error.status === itemMissing?.(at));
    if (isMissing) return undefined;
    throw error;
  }
}

/** An object of which the list says nothing, and whose bytes are there. */
export async function findByContents(
  client: ReadClient,
  { contents }: Kind,
  at: Location,
  id: string,
): Promise<LiveObject | undefined> {
  if (!contents) return undefined;
  try {
    const { body } = await client.open(contents.path(at, id));
    // Its end is not waited for.
    body.on("error", () => {}).destroy();
    return contents.unlisted(id);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
