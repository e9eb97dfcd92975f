/** Reading an object of the API, with its UUIDs as Bitbucket writes them. */
import { type Found, fieldMeta, type Kind, type Location, type Values } from "./kind";
import { canonical, canonicalIn } from "./uuid";

/** An object from an answer. Throws a zod error if the shape is wrong. */
export function parseObject(kind: Kind, body: unknown, at: Location, values: Values): Found {
  const { id, args, outputs } = kind.parse(body, at, values);
  return { id: canonical(id), args: withCanonicalUsers(kind, args), outputs };
}

/** Values whose users, where they are given by their UUIDs, are written in lower case. */
export function withCanonicalUsers(kind: Kind, values: Values): Values {
  const users = userFieldsOf(kind).filter((field) => values[field] !== undefined);
  if (users.length === 0) return values;
  return { ...values, ...Object.fromEntries(users.map((field) => [field, canonicalIn(values[field])])) };
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
