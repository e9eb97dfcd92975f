/** A repository's downloads. */
import { collection, nothing } from "./operation";
import { anything, integer, link, named, nullable, object, ref, text, time } from "./schema";

export const schemas = {
  download: object({
    type: named("download"),
    name: text,
    size: integer,
    downloads: integer,
    created_on: time,
    user: nullable(ref("user")),
    links: object({ self: object({ href: link }) }),
  }),
} as const;

export const paths = {
  "/repositories/{workspace}/{repo_slug}/downloads": {
    get: collection(ref("download")),
    post: {
      form: { type: "object", properties: { files: anything }, required: ["files"] },
      201: nothing,
      errors: [406],
    },
  },
  "/repositories/{workspace}/{repo_slug}/downloads/{filename}": {
    get: { 302: nothing },
    delete: { 204: nothing },
  },
  // The target of the 302: on another host, and signed instead of requiring a credential.
  "/site/downloads/{address}": {
    get: {
      open: true,
      200: { content: { "application/octet-stream": anything } },
      206: { content: { "application/octet-stream": anything } },
    },
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "/site/downloads/{address}": "where a 302 leads, on another host",
} as const;
