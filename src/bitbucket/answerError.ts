/** Maps a response of 400 or more to an error: its class, and what to do next. */
import { z } from "zod";
import { redact } from "../errors";
import {
  appPasswordAdvice,
  type CredentialOrigin,
  type Credentials,
  formatOrigin,
  isAppPassword,
  schemeOf,
  tokenHint,
} from "./credentials";
import { fieldMessages, parseErrorBody, plainText } from "./errorBody";
import {
  AuthenticationError,
  BitbucketError,
  ConflictError,
  type ErrorDetails,
  GoneEndpointError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  UnexpectedResponseError,
  ValidationError,
} from "./errors";
import { howToGrantScopes } from "./grantScopes";
import { retryAfterSeconds } from "./retry";
import { missingScopes } from "./scopeNames";
import { scopesFor } from "./scopes";

const scopeDetail = z.object({
  granted: z.array(z.string()).optional(),
  required: z.array(z.string()).optional(),
});

const missing = "The object does not exist, or this credential cannot access it";

/** Returns the error for a response whose status is 400 or more. */
export function errorFor(
  request: { method: string; path: string },
  answer: { status: number; headers: Readonly<Record<string, string>>; text: string },
  credentials: Credentials,
  origin?: CredentialOrigin,
): BitbucketError {
  const { status } = answer;
  // Before the text is parsed: a part of a credential would no longer be found.
  const text = redact(answer.text);
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, redact(value)]),
  );
  const body = parseErrorBody(text);
  const detail = typeof body?.detail === "string" ? body.detail : undefined;
  const apiMessage = body ? [body.message, detail].filter(Boolean).join(" ") : plainText(text);
  const requestId = body?.id || headers["x-request-id"];
  const base: ErrorDetails = {
    ...request,
    status,
    apiMessage,
    headers,
    ...(body?.fields ? { fields: fieldMessages(body.fields) } : {}),
    ...(requestId ? { requestId } : {}),
  };
  if (isGateway(status, text)) return gatewayError(base);
  switch (status) {
    case 400:
      return new ValidationError("invalid", "Bitbucket rejected the request", base);
    case 401:
      return new AuthenticationError("unauthenticated", "Bitbucket did not accept the credential", {
        ...base,
        hint: unacceptedHint(credentials, origin),
      });
    case 402:
      return new PermissionError("plan", "The workspace's plan does not allow this", base);
    case 403:
      return permissionError(base, body, headers, credentials);
    case 404:
      return new NotFoundError("not-found", missing, base);
    case 409:
      return new ConflictError("conflict", "It conflicts with an existing object", base);
    case 410: {
      const url = body?.data?.announcement_url;
      const hint = `Atlassian has removed this endpoint${typeof url === "string" ? `: ${url}` : ""}. A newer version of bitbucket-as-code may support its successor.`;
      return new GoneEndpointError("gone", "The endpoint was removed", { ...base, hint });
    }
    case 429:
      return new RateLimitError("rate-limit", "The rate limit is exceeded", {
        ...base,
        hint: limitHint(retryAfterSeconds(headers["retry-after"], Date.now())),
      });
    default:
      if (status >= 500)
        return new ServerError("server", `Bitbucket failed with status ${status}`, {
          ...base,
          outcome: "unknown",
        });
      return new BitbucketError("http", `Bitbucket responded with status ${status}`, base);
  }
}

/** @param seconds How long Bitbucket asks to wait: longer than a run does, which has ended with this. */
function limitHint(seconds: number | undefined): string {
  const wait =
    seconds === undefined
      ? "Wait"
      : `Run this again after ${seconds > 90 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds)} s`}, as Bitbucket asks`;
  return `Bitbucket counts requests over the last hour, for each credential. ${wait}, or use an access token, which has a separate limit.`;
}

/** Whether a gateway in front of Bitbucket has responded: its API sends no HTML page with these statuses. */
function isGateway(status: number, text: string): boolean {
  return (status === 403 || status === 404) && /^\s*</.test(text);
}

/** The response proves neither a missing permission nor a missing object: nothing is known of either. */
function gatewayError(base: ErrorDetails): BitbucketError {
  return new UnexpectedResponseError(
    "gateway",
    `A gateway in front of Bitbucket rejected this with status ${base.status}`,
    {
      ...base,
      hint:
        "The response is an HTML page, which Bitbucket's API does not send: it comes from a proxy, a firewall or a login " +
        "page. Check HTTPS_PROXY and BITBUCKET_API_URL, and whether this machine can reach Bitbucket.",
    },
  );
}

/** The likely reason why a credential was rejected, without another request. */
function unacceptedHint(credentials: Credentials, origin?: CredentialOrigin): string {
  if (credentials.type !== "oauth-client" && isAppPassword(credentials.token.reveal()))
    return appPasswordAdvice;
  return (
    `It was sent as ${schemeOf(credentials)}; it looks like ${tokenHint(credentials)}. ${origin ? `${formatOrigin(origin)} ` : ""}Check that the token has not ` +
    "expired or been revoked, that BITBUCKET_TOKEN_TYPE matches it, that an API token was created with scopes for " +
    'Bitbucket, and that BITBUCKET_EMAIL is the Atlassian account\'s address. "npx bitbucket-as-code doctor" finds out which.'
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
      "this requires a user's API token (BITBUCKET_EMAIL and BITBUCKET_TOKEN).";
    return new PermissionError("mechanism", "This type of credential cannot do that", { ...base, hint });
  }
  if (isClosedWorkspace(body?.message)) {
    const what = "The workspace does not exist, or this credential cannot access it";
    return new PermissionError("workspace", what, { ...base, hint: closedWorkspaceHint(base.path) });
  }
  const known = scopesFor(base.method, base.path);
  const needed = credentials.type === "api-token" ? known?.granular : known?.legacy;
  const required = told.success && told.data.required ? told.data.required : (needed ?? []);
  const missing = missingScopes({ required, granted });
  const hint = describeMissing({ required, granted, missing }, credentials);
  return new PermissionError(
    "forbidden",
    "The credential lacks permission",
    { ...base, hint },
    granted,
    required,
  );
}

/** What is missing, and what to do. A token may have dozens of scopes: only those that matter are named. */
function describeMissing(
  scopes: Readonly<Record<"required" | "granted" | "missing", readonly string[]>>,
  { type }: Credentials,
): string {
  const { required, granted, missing } = scopes;
  const names = required.join(", ");
  if (required.length === 0) return "The credential's user lacks the permission.";
  const ways = howToGrantScopes(type);
  if (granted.length === 0)
    return `It requires the scopes ${names}. ${ways} If it has them, its user lacks the permission.`;
  if (missing.length > 0) return `It requires the scopes ${names}; missing: ${missing.join(", ")}. ${ways}`;
  return (
    `The credential has the required scopes (${names}): its user lacks the permission. Use the credential of an ` +
    "administrator of the repository, project or workspace in this path, or give this user the permission."
  );
}

/** Whether it is Bitbucket's message for a workspace that the credential may not see. */
function isClosedWorkspace(message: string | undefined): boolean {
  return /do not have access to (this|the) workspace/i.test(message ?? "");
}

/** How to get access to a workspace that a credential does not see. */
export function closedWorkspaceHint(path: string): string {
  const workspace = path.match(/^\/(?:workspaces|repositories|teams)\/([^/?]+)/)?.[1];
  const page = workspace === undefined ? "https://bitbucket.org/" : `https://bitbucket.org/${workspace}/`;
  return `See ${page}: use the name in the URL. An access token can access only its own workspace; a user's API token those of which the user is a member.`;
}
