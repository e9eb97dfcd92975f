/** Reading an object of the API, with its UUIDs as Bitbucket writes them. */
import { fieldMeta, type Kind, type LiveObject, type Location, type Properties } from "./kind";
import { oncePer } from "./memo";
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

/** The fields that name users. */
export const userFieldsOf = oncePer((kind: Kind): readonly string[] =>
  Object.keys(kind.args.shape).filter((field) => fieldMeta(kind, field).reference === "user"),
);
