/** Pipeline variables of workspaces, repositories and deployment environments. */
import { countedCollection, nothing } from "./operation";
import { flag, named, object, ref, text, uuid } from "./schema";

const key = { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" } as const;

export const schemas = {
  pipeline_variable: {
    ...object({ type: named("pipeline_variable"), uuid, key, secured: flag }, { value: text }),
    // A secured value is never returned; any other always is.
    if: { required: ["secured"], properties: { secured: { const: true } } },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
    then: { properties: { value: false } },
    else: { anyOf: [{ required: ["value"] }, { not: { required: ["secured"] } }] },
  },
} as const;

const variable = ref("pipeline_variable");
const all = {
  get: countedCollection(variable),
  post: { body: object({ key, value: text }, { secured: flag }), errors: [409], 201: variable },
} as const;
const write = {
  put: { body: object({}, { uuid, key, value: text, secured: flag }), errors: [409], 200: variable },
  delete: { 204: nothing },
} as const;

export const paths = {
  "/workspaces/{workspace}/pipelines-config/variables": all,
  "/workspaces/{workspace}/pipelines-config/variables/{variable_uuid}": { get: { 200: variable }, ...write },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/variables": all,
  "/repositories/{workspace}/{repo_slug}/pipelines_config/variables/{variable_uuid}": {
    get: { 200: variable },
    ...write,
  },
  // A single one cannot be read.
  "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables": all,
  "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables/{variable_uuid}":
    write,
} as const;
