import { isObject } from "./shape";

/** The code of an error of Node's, such as `ENOENT`; undefined if it has none. */
export function codeOf(error: unknown): string | undefined {
  return isObject(error) && error.code !== undefined ? String(error.code) : undefined;
}
