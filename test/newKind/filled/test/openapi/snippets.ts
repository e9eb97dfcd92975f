/** The snippets of a workspace, as far as the test of `npm run new-kind` needs them. */
import { collection, nothing } from "./operation";
import { flag, integer, named, object, ref, text, time } from "./schema";

export const schemas = {
  snippet: object({
    type: named("snippet"),
    id: integer,
    title: text,
    is_private: flag,
    created_on: time,
  }),
} as const;

export const paths = {
  "/snippets/{workspace}": {
    get: collection(ref("snippet")),
    post: { body: object({ title: text }, { is_private: flag }), 201: ref("snippet") },
  },
  "/snippets/{workspace}/{encoded_id}": {
    get: { 200: ref("snippet") },
    put: { body: object({}, { title: text, is_private: flag }), 200: ref("snippet") },
    delete: { 204: nothing },
  },
} as const;

export const differences = {} as const;
