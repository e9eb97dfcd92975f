/** The description as an OpenAPI 3.1 document. */
import { paths, schemas } from "./index";
import type { Content, Operation } from "./operation";
import { type Schema, text, uuid } from "./schema";

/** The errors that any request can get. */
const usualErrors = [400, 401, 403, 404] as const;

const error = { $ref: "#/components/schemas/error" } as const;

/** In braces, or as a name. */
const nameOrUuid = {
  anyOf: [uuid, { type: "string", pattern: "^[A-Za-z0-9_.-]+$" }, { const: "{}" }],
} as const;

const projectKey = { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_]*$" } as const;

/** Path parameters whose name determines their content. */
const parameterSchemas: Readonly<Record<string, Schema>> = {
  workspace: nameOrUuid,
  repo_slug: nameOrUuid,
  project_key: projectKey,
  uid: uuid,
  id: { type: "string", pattern: "^[0-9]+$" },
};

export function parameterSchema(name: string): Schema {
  return parameterSchemas[name] ?? (name.endsWith("_uuid") ? uuid : text);
}

function isContent(value: Schema | Content): value is Content {
  return "content" in value;
}

function response(value: Schema | Content | null): unknown {
  if (value === null) return { description: "No body" };
  const content = isContent(value)
    ? Object.entries(value.content).map(([type, schema]) => [type, { schema }])
    : [["application/json", { schema: value }]];
  return { description: "Done", content: Object.fromEntries(content) };
}

function responses(operation: Operation): unknown {
  const done = ([200, 201, 202, 204, 206, 302] as const).flatMap((status) => {
    const value = operation[status];
    return value === undefined ? [] : [[status, response(value)]];
  });
  const refused = [...usualErrors, ...(operation.errors ?? [])].map((status) => {
    const own = status === 400 || status === 401 ? operation[status] : undefined;
    return [
      status,
      { description: "Refused", content: { "application/json": { schema: own ?? error } } },
    ] as const;
  });
  const tooMany = { description: "Too many requests", content: { "text/plain": { schema: text } } };
  return Object.fromEntries([...done, ...refused, [429, tooMany]]);
}

function described(path: string, operation: Operation): unknown {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: parameterSchema(name),
  }));
  const inQuery = Object.entries({ ...operation.query, fields: text }).map(([name, schema]) => ({
    name,
    in: "query",
    schema,
  }));
  const { body, form } = operation;
  const content = {
    ...(body ? { "application/json": { schema: body } } : {}),
    ...(form
      ? { "multipart/form-data": { schema: form }, "application/x-www-form-urlencoded": { schema: form } }
      : {}),
  };
  return {
    parameters: [...inPath, ...inQuery],
    ...(body || form ? { requestBody: { required: true, content } } : {}),
    security: operation.open ? [] : [{ basic: [] }, { bearer: [] }],
    responses: responses(operation),
  };
}

export function openApiDocument(): Readonly<Record<string, unknown>> {
  return {
    openapi: "3.1.0",
    info: {
      title: "Bitbucket Cloud, as it is emulated",
      version: "2.0",
      description: "What is managed here of the API, and how. Paths are those below the base URL.",
    },
    servers: [{ url: "https://api.bitbucket.org/2.0" }],
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, methods]) => [
        path,
        Object.fromEntries(
          Object.entries(methods).map(([method, operation]) => [method, described(path, operation)]),
        ),
      ]),
    ),
    components: {
      schemas,
      securitySchemes: {
        basic: { type: "http", scheme: "basic" },
        bearer: { type: "http", scheme: "bearer" },
      },
    },
  };
}
