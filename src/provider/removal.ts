/**
 * The deletion of something that was never managed, as a resource: so that a preview shows it, and an apply carries it
 * out. It is an event and no object: the next refresh removes it from the state.
 */
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { z } from "zod";
import { UserError } from "../errors";
import { kinds } from "../kinds";
import type { Kind, Location, Properties } from "../kinds/kind";
import { isRemovedByNameOnly } from "../kinds/unmanaged";
import { withoutStackTrace } from "./dynamic";
import { type Session, session } from "./session";

/** The inputs of a removal. */
const removalInputs = z.object({
  kind: z.string(),
  /** Inputs named `id` are the engine's own. */
  objectId: z.string(),
  /** Where it is, as names of what it belongs to. */
  at: z.record(z.string(), z.string()),
  /** What tells it from its siblings. */
  values: z.record(z.string(), z.unknown()),
});

/** The inputs of a removal. Values that may be secret are not among them. */
export function toRemovalInputs(
  kind: Kind,
  id: string,
  at: Location,
  args: Properties,
): z.output<typeof removalInputs> {
  const kept = [...kind.naturalKey, ...(kind.adminOf ? ["permission"] : [])];
  return {
    kind: kind.name,
    objectId: id,
    at: Object.fromEntries(
      Object.entries(at).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    values: Object.fromEntries(
      kept.filter((field) => args[field] !== undefined).map((field) => [field, args[field]]),
    ),
  };
}

export function createRemovalProvider(): dynamic.ResourceProvider {
  const remove = (given: unknown) => removeObject(session, given);
  return {
    async configure(request) {
      session.configure((key) => request.config.get(key));
    },
    async check(_olds, news) {
      return { inputs: news };
    },
    // One that is asked for again is there again: the program registers none for what is gone.
    async diff() {
      return { changes: true };
    },
    async create(given) {
      return { id: await withoutStackTrace(() => session.errors.run(() => remove(given))), outs: given };
    },
    async read() {
      return {};
    },
    async update(_id, _olds, news) {
      await withoutStackTrace(() => session.errors.run(() => remove(news)));
      return { outs: news };
    },
    async delete() {},
  };
}

/**
 * Deletes the object that a removal names, and returns its id.
 *
 * @param given The inputs.
 */
export async function removeObject({ lifecycle }: Session, given: unknown): Promise<string> {
  const { kind: name, objectId: id, at, values } = removalInputs.parse(given);
  const kind = kinds.find((known) => known.name === name);
  if (!kind) throw new UserError(`There is no kind ${name} in this version.`);
  // The YAML names each repository and project that is to go: that is the word which `deletion: allow` is elsewhere.
  const consent = isRemovedByNameOnly(kind) ? { deletion: "allow" } : {};
  await lifecycle.delete(kind, id, { ...at, ...values, ...consent });
  return id;
}
