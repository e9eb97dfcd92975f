/** What a request can end in, in words for the one who runs it. */
import { z } from "zod";
import { appPasswordAdvice, type Credentials, isAppPassword, schemeOf, tokenHint } from "./credentials";
import { printable } from "./printable";
import { redact } from "./redact";
import { spelledOut } from "./scopeNames";
import { scopesFor } from "./scopes";
import { whereToTick } from "./whereToTick";

/** `not-applied`: the server has done nothing. `unknown`: it may have done what was asked. */
export type Outcome = "not-applied" | "unknown";

export interface ErrorDetails {
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  /** What Bitbucket said. */
  readonly apiMessage?: string;
  /** Bitbucket's messages for each field of the body. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  readonly hint?: string;
  readonly requestId?: string;
  readonly outcome?: Outcome;
  /** The answer's headers: they say of what kind the credential is, even where it is refused. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Every failed request. The message says what happened, where, and what to do next. */
export class BitbucketError extends Error {
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly apiMessage: string | undefined;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly hint: string | undefined;
  readonly requestId: string | undefined;
  readonly outcome: Outcome;
  /** Of the answer, where there was one. */
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: string,
    what: string,
    details: ErrorDetails,
  ) {
    const fields = Object.entries(details.fields ?? {}).map(([name, messages]) =>
      [name, messages.join(" ")].filter(Boolean).join(": "),
    );
    const said = [details.apiMessage, ...fields].filter(Boolean).join(" · ");
    const parts = [
      `${what} (${details.method} ${details.path})`,
      said ? `: ${said.replace(/[.\s]+$/, "")}` : "",
      ".",
    ];
    super(
      redact(
        printable(
          [parts.join(""), details.hint, details.requestId && `Request id: ${details.requestId}.`]
            .filter(Boolean)
            .join(" "),
        ),
      ),
    );
    this.name = new.target.name;
    this.method = details.method;
    this.path = details.path;
    this.status = details.status;
    const { apiMessage, hint, requestId } = details;
    this.apiMessage = apiMessage && redact(apiMessage);
    this.fields = Object.fromEntries(
      Object.entries(details.fields ?? {}).map(([name, messages]) => [redact(name), messages.map(redact)]),
    );
    this.hint = hint && redact(hint);
    this.requestId = requestId && redact(requestId);
    this.outcome = details.outcome ?? "not-applied";
    this.#headers = details.headers ?? {};
  }

  /** A header of the answer, by its name in lower case. */
  header(name: string): string | undefined {
    return this.#headers[name];
  }
}

/** 401. */
export class AuthenticationError extends BitbucketError {}
/** 403. */
export class PermissionError extends BitbucketError {
  /** The scopes that the credential has, where Bitbucket says so. */
  readonly granted: readonly string[];
  /** The scopes that the request takes. */
  readonly required: readonly string[];

  constructor(
    code: string,
    what: string,
    details: ErrorDetails,
    granted: readonly string[] = [],
    required: readonly string[] = [],
  ) {
    super(code, what, details);
    this.granted = granted.map(redact);
    this.required = required.map(redact);
  }
}
/** 404. */
export class NotFoundError extends BitbucketError {}
/** 409. */
export class ConflictError extends BitbucketError {}
/** 400. */
export class ValidationError extends BitbucketError {}
/** 410: Atlassian has removed the endpoint. */
export class GoneEndpointError extends BitbucketError {}
/** 429, and waiting did not help. */
export class RateLimitError extends BitbucketError {}
/** 5xx. */
export class ServerError extends BitbucketError {}
/** No answer: no connection, or a broken one. */
export class ConnectionError extends BitbucketError {}
/** No answer in time. */
export class TimeoutError extends BitbucketError {}
/** An answer that cannot be understood. */
export class UnexpectedResponseError extends BitbucketError {}
/** The pages of a collection do not add up to what it says that it holds, however often it is read. */
export class IncompleteError extends UnexpectedResponseError {
  /** @param contradiction In words: "the collection says 14 and gave 5". */
  constructor(contradiction: string, passes: number, details: ErrorDetails) {
    super("incomplete", `A list is not complete: ${contradiction}`, {
      ...details,
      hint:
        `It was read ${passes} times. Nothing that it lacks is taken for deleted. Run this again; if it stays so, ` +
        "something between here and Bitbucket changes its answers, or Bitbucket has an incident (https://status.atlassian.com).",
    });
  }
}
/** A write was about to be sent where only reading is allowed. */
export class ReadOnlyError extends BitbucketError {}

/** The usual body, and those that some services and gateways answer with: without a wrapper, or with a text in it. */
const errorDetails = z.object({
  message: z.string().optional().catch(undefined),
  detail: z.unknown().optional(),
  fields: z
    .union([z.record(z.string(), z.unknown()), z.array(z.unknown())])
    .optional()
    .catch(undefined),
  id: z.string().optional().catch(undefined),
  data: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

const errorBody = z.union([
  z.object({ error: errorDetails }).transform(({ error }) => error),
  // OAuth's: RFC 6749, section 5.2.
  z
    .object({ error: z.string(), error_description: z.string().optional() })
    .transform(({ error, error_description: message = error }) => ({ message }) as ErrorBody),
  errorDetails.refine((body) => body.message !== undefined || body.fields !== undefined),
]);

type ErrorBody = z.output<typeof errorDetails>;

const scopeDetail = z.object({
  granted: z.array(z.string()).optional(),
  required: z.array(z.string()).optional(),
});

/** The error for an answer whose status is 400 or more. */
export function errorFor(
  request: { method: string; path: string },
  answer: { status: number; headers: Readonly<Record<string, string>>; text: string },
  credentials: Credentials,
): BitbucketError {
  const { status } = answer;
  // Before anything is taken apart: half a credential would not be found any more.
  const text = redact(answer.text);
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, redact(value)]),
  );
  const parsed = errorBody.safeParse(json(text));
  const body: ErrorBody | undefined = parsed.success ? parsed.data : undefined;
  const detail = typeof body?.detail === "string" ? body.detail : undefined;
  const apiMessage = body ? [body.message, detail].filter(Boolean).join(" ") : plain(text);
  const base: ErrorDetails = {
    ...request,
    status,
    apiMessage,
    headers,
    ...(body?.fields ? { fields: fieldMessages(body.fields) } : {}),
    ...(body?.id
      ? { requestId: body.id }
      : headers["x-request-id"]
        ? { requestId: headers["x-request-id"] }
        : {}),
  };
  if (isGateway(status, text)) return gatewayError(base);
  switch (status) {
    case 400:
      return new ValidationError("invalid", "Bitbucket refused what was sent", base);
    case 401:
      return new AuthenticationError("unauthenticated", "Bitbucket did not accept the credential", {
        ...base,
        hint: unacceptedHint(credentials),
      });
    case 402:
      return new PermissionError("plan", "The workspace's plan does not allow this", base);
    case 403:
      return permissionError(base, body, headers, credentials);
    case 404:
      return new NotFoundError(
        "not-found",
        "Bitbucket found nothing there, or nothing that this credential may see",
        base,
      );
    case 409:
      return new ConflictError("conflict", "It clashes with what is there", base);
    case 410: {
      const url = body?.data?.announcement_url;
      const hint = `Atlassian has removed this endpoint${typeof url === "string" ? `: ${url}` : ""}. A newer version of bitbucket-as-code may know its successor.`;
      return new GoneEndpointError("gone", "The endpoint is no more", { ...base, hint });
    }
    case 429:
      return new RateLimitError("rate-limit", "The rate limit is exceeded", {
        ...base,
        hint: "Bitbucket counts requests over the last hour, for each credential. Wait, or use an access token, which has a limit of its own.",
      });
    default:
      if (status >= 500)
        return new ServerError("server", `Bitbucket failed with status ${status}`, {
          ...base,
          outcome: "unknown",
        });
      return new BitbucketError("http", `Bitbucket answered with status ${status}`, base);
  }
}

/** Whether something between here and Bitbucket has answered: its API sends no page of HTML with these. */
function isGateway(status: number, text: string): boolean {
  return (status === 403 || status === 404) && /^\s*</.test(text);
}

/** Neither that a permission is missing, nor that something is not there: nothing is known of either. */
function gatewayError(base: ErrorDetails): BitbucketError {
  return new UnexpectedResponseError(
    "gateway",
    `A gateway between here and Bitbucket refused this with status ${base.status}`,
    {
      ...base,
      hint:
        "The answer is an HTML page, which Bitbucket's API does not send: it comes from a proxy, a firewall or a login " +
        "page. Check HTTPS_PROXY and BITBUCKET_API_URL, and whether this machine may reach Bitbucket.",
    },
  );
}

/** Why a credential was not accepted, as far as can be told without another request. */
function unacceptedHint(credentials: Credentials): string {
  if (credentials.type !== "oauth-client" && isAppPassword(credentials.token.reveal()))
    return appPasswordAdvice;
  return (
    `It was sent as ${schemeOf(credentials)}; it looks like ${tokenHint(credentials)}. Check that the token has not ` +
    "expired or been revoked, that BITBUCKET_TOKEN_TYPE fits it, that an API token was created with scopes for " +
    'Bitbucket, and that BITBUCKET_EMAIL is the Atlassian account\'s address. "bitbucket-as-code doctor" finds out which.'
  );
}

function permissionError(
  base: ErrorDetails,
  body: { message?: string | undefined; detail?: unknown } | undefined,
  headers: Readonly<Record<string, string>>,
  credentials: Credentials,
): PermissionError {
  const told = scopeDetail.safeParse(body?.detail);
  const granted =
    told.success && told.data.granted
      ? told.data.granted
      : (headers["x-oauth-scopes"]?.split(/,\s*/).filter(Boolean) ?? []);
  if (/not accessible by this authentication mechanism/i.test(body?.message ?? "")) {
    const hint =
      "Access tokens and OAuth cannot read or write permissions, write a repository's deploy keys, or act for a user: " +
      "this takes a user's API token (BITBUCKET_EMAIL and BITBUCKET_TOKEN).";
    return new PermissionError("mechanism", "This kind of credential may not do that", { ...base, hint });
  }
  if (isClosedWorkspace(body?.message)) {
    const what = "Bitbucket shows this workspace to this credential as little as one that is not there";
    return new PermissionError("workspace", what, { ...base, hint: closedWorkspaceHint(base.path) });
  }
  const known = scopesFor(base.method, base.path);
  const needed = credentials.type === "api-token" ? known?.granular : known?.legacy;
  const required = told.success && told.data.required ? told.data.required : (needed ?? []);
  const missing = required.filter((scope) => !spelledOut(granted).includes(scope));
  const hint =
    required.length > 0
      ? `It needs the scopes ${required.join(", ")}` +
        (granted.length > 0 ? `; the credential has ${granted.join(", ")}` : "") +
        (missing.length > 0 && granted.length > 0 ? `; missing: ${missing.join(", ")}` : "") +
        `. ${whereToTick(credentials.type)} If it has them, its user lacks the permission.`
      : "The credential's user lacks the permission.";
  return new PermissionError(
    "forbidden",
    "The credential may not do that",
    { ...base, hint },
    granted,
    required,
  );
}

/** What Bitbucket answers for a workspace that is not the credential's to see. */
function isClosedWorkspace(message: string | undefined): boolean {
  return /do not have access to (this|the) workspace/i.test(message ?? "");
}

/** How to come by a workspace that a credential does not see. */
export function closedWorkspaceHint(path: string): string {
  const workspace = path.match(/^\/(?:workspaces|repositories|teams)\/([^/?]+)/)?.[1];
  const page = workspace === undefined ? "https://bitbucket.org/" : `https://bitbucket.org/${workspace}/`;
  return `See ${page}: the name in the URL counts. An access token sees the workspace to which it belongs alone; a user's API token those of which the user is a member.`;
}

const fieldObject = z.object({
  field: z.string().optional(),
  name: z.string().optional(),
  message: z.string(),
});

/**
 * By field. The service of webhooks gives a list of texts, such as `Field: {url} Error: {…}`: what names no field stands
 * below an empty name. https://github.com/ovh/cds/issues/6292
 */
function fieldMessages(fields: NonNullable<ErrorBody["fields"]>): Record<string, string[]> {
  const found: [string, unknown][] = Array.isArray(fields) ? fields.map(namedField) : Object.entries(fields);
  // A field may be called like what every object has: "constructor".
  const byName = new Map<string, string[]>();
  for (const [name, messages] of found) {
    const texts = [messages].flat(2).map(messageText);
    byName.set(name, [...(byName.get(name) ?? []), ...texts]);
  }
  return Object.fromEntries(byName);
}

function namedField(entry: unknown): [string, unknown] {
  const parsed = fieldObject.safeParse(entry);
  if (parsed.success) return [parsed.data.field ?? parsed.data.name ?? "", parsed.data.message];
  const [, name, message] = messageText(entry).match(/^Field: \{(.*?)\} Error: \{(.*)\}$/) ?? [];
  return name === undefined ? ["", entry] : [name, message];
}

function messageText(message: unknown): string {
  if (typeof message !== "object" || message === null) return String(message);
  return "message" in message && typeof message.message === "string"
    ? message.message
    : JSON.stringify(message);
}

/** A gateway answers in HTML: its title says enough. */
function plain(text: string): string {
  const title = text.match(/<title>([^<]*)<\/title>/i)?.[1];
  return (title ?? (/^\s*</.test(text) ? "an HTML page" : text)).trim().slice(0, 300);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
