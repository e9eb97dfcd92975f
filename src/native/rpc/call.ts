/** The kinds that calls are about. */
import { UserError } from "../../errors";
import { kinds } from "../../kinds";
import type { Kind } from "../../kinds/kind";
import { suggestWord } from "../../model/suggest";
import { kindOfType, nameInType, nativePackage } from "../../model/typeToken";
import { parseUrn } from "../../pulumi/urn";

/** The kind in a resource's URN. */
export function kindOfUrn(urn: string): Kind {
  return kindOfToken(parseUrn(urn).type);
}

/** The kind of a type token. */
export function kindOfToken(type: string): Kind {
  const kind = kindOfType(type);
  if (kind) return kind;
  const name = nameInType(type) ?? type;
  const near = suggestWord(
    name,
    kinds.map((one) => one.name),
  );
  throw new UserError(
    `${nativePackage} has no resource type ${type}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
  );
}
