/** Answers taken for objects of a kind. */
import { formatShapeError, isBug, isShapeError, messageOf, UserError } from "../errors";
import { withArticle } from "../errors/words";
import type { Kind, LiveObject, Location, Properties } from "../kinds/kind";
import { parseObject } from "../kinds/parse";

/** @throws {UnexpectedShapeError} where an answer is not what the kind reads. */
export function parseAt(
  kind: Kind,
  path: string,
  body: unknown,
  at: Location,
  values: Properties = {},
): LiveObject {
  return parseShape(kind, path, body, (found) => parseObject(kind, found, at, values));
}

/**
 * @param kind What it is said to be.
 * @throws {UnexpectedShapeError} where `parse` throws.
 */
export function parseShape<Result>(
  kind: Pick<Kind, "title">,
  path: string,
  body: unknown,
  parse: (body: unknown) => Result,
): Result {
  try {
    return parse(body);
  } catch (cause) {
    if (isBug(cause)) throw cause;
    throw new UnexpectedShapeError(kind, path, cause);
  }
}

/** Bitbucket answered, but not with what its documentation says. */
export class UnexpectedShapeError extends UserError {
  constructor(kind: Pick<Kind, "title">, path: string, cause: unknown, method = "GET") {
    super(
      `Bitbucket answered ${method} ${path} with ${withArticle(kind.title)} of an unexpected shape: ` +
        `${isShapeError(cause) ? formatShapeError(cause) : messageOf(cause).replace(/\s+/g, " ")}. ` +
        `If the API has changed, a newer version of bitbucket-as-code may support it.`,
      { cause },
    );
  }
}
