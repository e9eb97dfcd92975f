/** Checks one request and its response on the wire against the description. */
import Ajv2020, { type ErrorObject, type ValidateFunction } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { openApiDocument, parameterSchema } from "./document";
import { paths } from "./index";
import type { Method, Operation, Paths } from "./operation";
import type { Schema } from "./schema";

export interface Exchange {
  readonly method: string;
  /** From /2.0 or /site on, percent-encoded, with the query. */
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly requestBody: Buffer;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Decompressed. */
  readonly responseBody: Buffer;
}

interface Described {
  readonly path: string;
  readonly method: Method;
  readonly operation: Operation;
  /** Percent-decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

const document = openApiDocument();
/** Complete; and with nothing required, for responses that `fields` has reduced. */
const whole = validating(document);
const partial = validating(withoutRequired(document));
const patterns = Object.entries(paths as Paths)
  .map(([path, methods]) => ({ path, methods, ...patternOf(path) }))
  // A fixed name takes precedence over a parameter.
  .sort((left, right) => left.names.length - right.names.length);

/** Query parameters of all operations. */
const everywhere: Readonly<Record<string, Schema>> = { fields: { type: "string" } };

/** The problems of a request; empty if there are none. */
export function wrongRequest(exchange: Exchange): readonly string[] {
  const found = find(exchange);
  if (!found) return ["the operation is not described"];
  const query = new URL(exchange.url, "http://x").searchParams;
  const { path, method, operation } = found;
  const wrong: string[] = [];
  for (const [name, value] of Object.entries(found.parameters))
    wrong.push(...check(whole.schema(parameterSchema(name)), value, `path parameter ${name}`));
  const known = { ...everywhere, ...operation.query } as Readonly<Record<string, Schema>>;
  for (const [name, value] of query) {
    const schema = known[name];
    if (!schema) wrong.push(`query parameter ${name} is not described`);
    else wrong.push(...check(whole.schema(schema), converted(schema, value), `query parameter ${name}`));
    if (query.getAll(name).length > 1) wrong.push(`query parameter ${name} comes more than once`);
  }
  if (!operation.open && !exchange.requestHeaders.authorization) wrong.push("there is no Authorization");
  const type = mediaType(exchange.requestHeaders["content-type"]);
  if (operation.body) {
    if (type !== "application/json") wrong.push(`the body is ${type ?? "missing"}, not application/json`);
    else
      wrong.push(
        ...check(
          whole.at(["paths", path, method, "requestBody", "content", "application/json", "schema"]),
          json(exchange.requestBody),
          "body",
        ),
      );
  } else if (operation.form) {
    if (type !== "multipart/form-data" && type !== "application/x-www-form-urlencoded")
      wrong.push(`the body is ${type ?? "missing"}, not a form`);
  } else if (exchange.requestBody.length > 0) wrong.push("there is a body, and none is described");
  else if (type !== undefined) wrong.push(`there is no body, but a Content-Type ${type}`);
  return wrong;
}

/** The problems of a response; empty if there are none. */
export function wrongResponse(exchange: Exchange): readonly string[] {
  const found = find(exchange);
  const { status, responseBody } = exchange;
  // Operations that are not emulated are refused in the API's format.
  if (!found) {
    if (status !== 404 && status !== 401) return ["the operation is not described"];
    return check(whole.at(["components", "schemas", "error"]), json(responseBody), "body");
  }
  const { path, method } = found;
  const place = ["paths", path, method, "responses", String(status)];
  const response = whole.valueAt(place) as { content?: Readonly<Record<string, unknown>> } | undefined;
  if (!response) return [`the status ${status} is not described`];
  if (!response.content) return responseBody.length > 0 ? ["there is a body, and none is described"] : [];
  const type = mediaType(exchange.responseHeaders["content-type"]);
  const fitting = [type ?? "", "*/*"].find((name) => response.content && name in response.content);
  if (fitting === undefined) return [`the media type ${type ?? "(none)"} is not described`];
  if (exchange.method === "HEAD" || fitting !== "application/json") return [];
  const fields = status < 300 ? new URL(exchange.url, "http://x").searchParams.get("fields") : null;
  const schema = (fields === null ? whole : partial).at([...place, "content", fitting, "schema"]);
  const body = json(responseBody);
  return [...check(schema, body, "body"), ...(fields === null ? [] : uncut(body, fields))];
}

/**
 * The fields of a response that `fields` excludes. Lists that add or remove fields, or have a wildcard, are
 * not checked.
 * https://developer.atlassian.com/cloud/bitbucket/rest/intro/#partial-responses
 */
function uncut(body: unknown, fields: string): readonly string[] {
  if (fields.trim() === "" || /[-+*]/.test(fields)) return [];
  const asked = fields.split(",").map((field) => field.trim().split("."));
  const found = new Set<string>();
  const walk = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, path);
    else if (typeof value === "object" && value !== null)
      for (const [name, one] of Object.entries(value)) {
        const here = [...path, name];
        const fits = asked.filter((field) =>
          here.every((part, at) => at >= field.length || field[at] === part),
        );
        if (fits.length === 0) found.add(here.join("."));
        // Below a field that is requested as a whole, everything is allowed.
        else if (!fits.some((field) => field.length <= here.length)) walk(one, here);
      }
  };
  walk(body, []);
  return [...found].map((path) => `body: ${path} is there, and fields=${fields} leaves it out`);
}

/** The operation of a request, as `GET /path`; undefined if it is not described. */
export function operationOf(method: string, url: string): string | undefined {
  const found = find({ method, url });
  return found && `${found.method.toUpperCase()} ${found.path}`;
}

function find({ method, url }: Pick<Exchange, "method" | "url">): Described | undefined {
  const name = (method === "HEAD" ? "get" : method.toLowerCase()) as Method;
  const pathname = (url.split("?")[0] ?? "").replace(/^\/2\.0/, "").replace(/(.)\/$/, "$1");
  for (const { path, methods, names, pattern } of patternsFor(pathname)) {
    const operation = methods[name];
    const match = operation && pattern.exec(pathname);
    if (!match) continue;
    const parameters = names.map((parameter, index) => [
      parameter,
      decodeURIComponent(match[index + 1] ?? ""),
    ]);
    return { path, method: name, operation, parameters: Object.fromEntries(parameters) };
  }
  return undefined;
}

const byLength = new Map<number, typeof patterns>();

/** Those with as many segments as a path, and those with a parameter that contains slashes. */
function patternsFor(pathname: string): typeof patterns {
  const { length } = pathname.split("/");
  const fitting =
    byLength.get(length) ??
    patterns.filter(
      ({ path, pattern }) => pattern.source.includes("(.+)") || path.split("/").length === length,
    );
  byLength.set(length, fitting);
  return fitting;
}

/** Parameters that contain slashes are a file's path, and the name of a branch or a tag. */
function patternOf(path: string): { names: readonly string[]; pattern: RegExp } {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const source = path
    .split(/(\{\w+\})/)
    .map((part) => {
      if (part === "{path}" || (part === "{name}" && path.includes("/refs/"))) return "(.+)";
      return part.startsWith("{") ? "([^/]+)" : part.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    })
    .join("");
  return { names, pattern: new RegExp(`^${source}$`) };
}

interface Validating {
  at(place: readonly string[]): ValidateFunction;
  schema(schema: Schema): ValidateFunction;
  valueAt(place: readonly string[]): unknown;
}

/** Schemas are compiled on first use: most tests need few. */
function validating(root: unknown): Validating {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(root as object, "description");
  const places = new Map<string, ValidateFunction>();
  const schemas = new Map<Schema, ValidateFunction>();
  return {
    at(place) {
      const pointer = place.map((part) =>
        encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")),
      );
      const key = pointer.join("/");
      const compiled = places.get(key) ?? ajv.compile({ $ref: `description#/${key}` });
      places.set(key, compiled);
      return compiled;
    },
    schema(schema) {
      const compiled = schemas.get(schema) ?? ajv.compile(schema);
      schemas.set(schema, compiled);
      return compiled;
    },
    valueAt: (place) =>
      place.reduce<unknown>(
        (value, part) =>
          typeof value === "object" && value !== null ? (value as Record<string, unknown>)[part] : undefined,
        root,
      ),
  };
}

/** An object without its `required`, except for those of a condition. */
function withoutRequired(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRequired);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) =>
      name === "required" && "additionalProperties" in value ? [] : [[name, withoutRequired(held)]],
    ),
  );
}

function check(validate: ValidateFunction, value: unknown, what: string): readonly string[] {
  if (value === notJson) return [`${what} is not JSON`];
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${what}${error.instancePath} ${said(error)}`);
}

function said({ message, params, keyword }: ErrorObject): string {
  if (keyword === "additionalProperties") return `has ${params.additionalProperty}, which is not described`;
  if (keyword === "enum") return `is none of ${params.allowedValues.join(", ")}`;
  return message ?? keyword;
}

const notJson = Symbol("not JSON");

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return notJson;
  }
}

/** A query only contains texts. */
function converted(schema: Schema, value: string): unknown {
  if (schema.type === "integer" && /^-?\d+$/.test(value)) return Number(value);
  if (schema.type === "boolean" && /^(true|false)$/.test(value)) return value === "true";
  return value;
}

function mediaType(header: string | readonly string[] | undefined): string | undefined {
  const [type] = String(header ?? "").split(";");
  return type?.trim().toLowerCase() || undefined;
}
