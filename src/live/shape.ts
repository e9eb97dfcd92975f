/** Answers taken for objects of a kind. */
import { isShapeError, shapeText } from "../bitbucket";
import type { Found, Kind, Location, Values } from "../kinds/kind";
import { parseObject } from "../kinds/parse";

/** @throws {UnexpectedShapeError} where an answer is not what the kind reads. */
export function parseAt(kind: Kind, path: string, body: unknown, at: Location, values: Values = {}): Found {
  return inShape(kind, path, body, (found) => parseObject(kind, found, at, values));
}

/** @throws {UnexpectedShapeError} where `parse` throws. */
export function inShape<Result>(
  kind: Kind,
  path: string,
  body: unknown,
  parse: (body: unknown) => Result,
): Result {
  try {
    return parse(body);
  } catch (cause) {
    throw new UnexpectedShapeError(kind, path, cause);
  }
}

/** Bitbucket answered, but not with what its documentation says. */
export class UnexpectedShapeError extends Error {
  constructor(kind: Kind, path: string, cause: unknown, method = "GET") {
    super(
      `Bitbucket answered ${method} ${path} with a ${kind.title} of an unexpected shape: ` +
        `${isShapeError(cause) ? shapeText(cause) : cause instanceof Error ? cause.message.replace(/\s+/g, " ") : String(cause)}. ` +
        `If the API has changed, a newer version of bitbucket-as-code may know it.`,
      { cause },
    );
    this.name = "UnexpectedShapeError";
  }
}
