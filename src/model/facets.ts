/** Fields that live on endpoints of their own, and what the answers to further writes show. */
import type { Kind, Location, Properties, SubResource, WriteRequest } from "../kinds/kind";
import { parseObject } from "../kinds/parse";
import { listManagedFields } from "./values";

/** A value for each managed field that lives on an endpoint of its own. */
export function mapSubResources(
  kind: Kind,
  wanted: Properties,
  value: (field: string, facet: SubResource) => unknown,
): Properties {
  const fields = listManagedFields(kind, wanted);
  return Object.fromEntries(
    Object.entries(kind.subResources ?? {})
      .filter(([field]) => fields.includes(field))
      .map(([field, facet]) => [field, value(field, facet)]),
  );
}

/** The values that the answer to a further write shows; undefined where it shows none. */
export function valuesInAnswer(
  kind: Kind,
  at: Location,
  plain: Properties,
  { request, body }: { readonly request: WriteRequest; readonly body: unknown },
): Properties | undefined {
  const { answer } = request;
  if (answer === "nothing") return {};
  if (typeof body !== "object" || body === null) return undefined;
  try {
    if (answer === undefined) return parseObject(kind, body, at, plain).args;
    return { [answer.facet]: kind.subResources?.[answer.facet]?.parse(body) };
  } catch {
    return undefined;
  }
}
