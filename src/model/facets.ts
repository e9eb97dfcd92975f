/** Fields that live on endpoints of their own, and what the answers to further writes show. */
import type { Facet, Kind, Location, Values, WriteRequest } from "../kinds/kind";
import { parseObject } from "../kinds/parse";
import { managedFields } from "./values";

/** A value for each managed field that lives on an endpoint of its own. */
export function mapFacets(
  kind: Kind,
  wanted: Values,
  value: (field: string, facet: Facet) => unknown,
): Values {
  const fields = managedFields(kind, wanted);
  return Object.fromEntries(
    Object.entries(kind.facets ?? {})
      .filter(([field]) => fields.includes(field))
      .map(([field, facet]) => [field, value(field, facet)]),
  );
}

/** The values that the answer to a further write shows; undefined where it shows none. */
export function valuesInAnswer(
  kind: Kind,
  at: Location,
  plain: Values,
  { request, body }: { readonly request: WriteRequest; readonly body: unknown },
): Values | undefined {
  const { answer } = request;
  if (answer === "nothing") return {};
  if (typeof body !== "object" || body === null) return undefined;
  try {
    if (answer === undefined) return parseObject(kind, body, at, plain).args;
    return { [answer.facet]: kind.facets?.[answer.facet]?.parse(body) };
  } catch {
    return undefined;
  }
}
