/** Reading an object of the API, with its UUIDs as Bitbucket writes them. */
import { fieldMeta, type Kind, type LiveObject, type Location, type Properties } from "./kind";
import { toCanonicalUuid, toCanonicalUuids } from "./uuid";

/** An object from an answer. Throws a zod error if the shape is wrong. */
export function parseObject(kind: Kind, body: unknown, at: Location, values: Properties): LiveObject {
  const { id, args, outputs } = kind.parse(body, at, values);
  return { id: toCanonicalUuid(id), args: withCanonicalUsers(kind, args), outputs };
}

/** Values whose users, where they are given by their UUIDs, are written in lower case. */
export function withCanonicalUsers(kind: Kind, values: Properties): Properties {
  const users = userFieldsOf(kind).filter((field) => values[field] !== undefined);
  if (users.length === 0) return values;
  return { ...values, ...Object.fromEntries(users.map((field) => [field, toCanonicalUuids(values[field])])) };
}

const userFields = new WeakMap<Kind, readonly string[]>();

/** The fields that name users. */
export function userFieldsOf(kind: Kind): readonly string[] {
  let fields = userFields.get(kind);
  if (!fields) {
    fields = Object.keys(kind.args.shape).filter((field) => fieldMeta(kind, field).reference === "user");
    userFields.set(kind, fields);
  }
  return fields;
}
