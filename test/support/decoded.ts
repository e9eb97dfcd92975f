/** The content of a body, without its compression. */
import { gunzipSync } from "node:zlib";

export function decoded(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Buffer,
): Buffer {
  return headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}
