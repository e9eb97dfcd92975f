/** Deployment environments. */
import { countedCollection, gap, nothing } from "./operation";
import { choice, flag, integer, named, object, ref, text, uuid } from "./schema";

const type = choice("Test", "Staging", "Production");
const restrictions = object({ admin_only: flag }, { type: text });

export const schemas = {
  deployment_environment: object({
    type: named("deployment_environment"),
    uuid,
    name: text,
    slug: text,
    rank: integer,
    hidden: flag,
    environment_type: object({ type: named("deployment_environment_type"), name: type, rank: integer }),
    restrictions: object({ type: named("deployment_restrictions_configuration"), admin_only: flag }),
    lock: object({ type: named("deployment_environment_lock_open"), name: choice("OPEN") }),
    category: object({ name: type }),
  }),
} as const;

export const paths = {
  "/repositories/{workspace}/{repo_slug}/environments": {
    get: countedCollection(ref("deployment_environment")),
    post: {
      body: object({ name: text, environment_type: object({ name: type }, { type: text }) }, { type: text }),
      errors: [409],
      201: ref("deployment_environment"),
    },
  },
  "/repositories/{workspace}/{repo_slug}/environments/{environment_uuid}": {
    get: { 200: ref("deployment_environment") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/environments/{environment_uuid}/changes": {
    post: {
      body: object({ change: object({}, { name: text, restrictions }) }, { type: text }),
      errors: [409],
      202: nothing,
    },
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "deployment_environment.slug": gap,
  "deployment_environment.environment_type": gap,
  "deployment_environment.rank": gap,
  "deployment_environment.restrictions": gap,
  "deployment_environment.lock": gap,
  "deployment_environment.category": gap,
  "deployment_environment.hidden": gap,
} as const;
