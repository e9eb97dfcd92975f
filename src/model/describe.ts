import { type Kind, type Properties, secretFieldsOf } from "../kinds/kind";
import { locationFields } from "./location";

/** A resource in a sentence: `webhook https://ci.example.com/hook of repository {…} in acme`. */
export function describeResource(kind: Kind, values: Properties): string {
  const secret = secretFieldsOf(kind, values);
  const key = kind.naturalKey
    .filter((field) => values[field] !== undefined && !secret.includes(field))
    .map((field) => shorten(String(values[field])));
  const name = key.length > 0 ? key : [values.name].filter((value) => value !== undefined).map(String);
  const places = locationFields(kind)
    .filter((field) => field !== "workspace" && values[field] !== undefined)
    .map((field) => `of ${field} ${values[field]}`);
  const where = kind.parents.includes("account")
    ? "of the credential's own user"
    : `in ${values.workspace ?? "an unknown workspace"}`;
  return [kind.title, ...name, ...places.reverse(), where].join(" ");
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 40)}…${text.slice(-15)}` : text;
}
