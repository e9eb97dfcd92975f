/** One value of the API, by its path: what `fromBitbucket` in YAML refers to. */
import type { ReadClient } from "../bitbucket";
import { isObject, UserError } from "../errors";

/**
 * The answer as text, or the field of it that is named behind a `#`: `/workspaces/acme/projects/PLAT#uuid`.
 * Throws where there is no such field, or where it is no text, number or truth value.
 */
export async function readText(client: ReadClient, reference: string): Promise<string> {
  const [path = "", field] = reference.split("#");
  if (field === undefined) return String(await client.get(path, { accept: "text" }));
  const value = field
    .split(".")
    .reduce<unknown>(
      (held, name) => (isObject(held) && Object.hasOwn(held, name) ? held[name] : undefined),
      await client.get(path),
    );
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  throw new UserError(`the answer has no field ${field} with a single value`);
}
