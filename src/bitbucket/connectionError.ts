/** Maps a request without a response to an error, from what undici and Node report. */

import { isObject } from "../errors";
import {
  BitbucketError,
  ConnectionError,
  TimeoutError,
  UnexpectedResponseError,
  type WriteOutcome,
} from "./errors";

/** Errors before anything was sent. */
const unsent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * Returns the error for a request without a response. Other failures than those of the network are returned
 * unchanged.
 *
 * @param proxy The proxy that was used, without its login.
 */
export function toConnectionError(
  request: { method: string; path: string },
  cause: unknown,
  target: string,
  proxy?: string,
): Error {
  if (cause instanceof BitbucketError) return cause;
  const code = codeOf(cause);
  const host = proxy === undefined ? target : `${target}, through the proxy ${proxy}`;
  // A proxy's refusal of the tunnel has no code of its own in undici.
  const refused = proxy && messageOf(cause).match(/^Proxy response \((\d+)\)/)?.[1];
  if (refused)
    return new ConnectionError(
      "proxy",
      `The proxy ${proxy} rejects requests to ${target}: it responds with ${refused}`,
      {
        ...request,
        outcome: "not-applied",
        hint:
          refused === "407"
            ? "It requires a login: set HTTPS_PROXY to http://user:password@host:port."
            : `Ask its administrator to allow ${target}, or, if it is reachable directly, add that host to NO_PROXY.`,
      },
    );
  const outcome: WriteOutcome = unsent.has(code) ? "not-applied" : "unknown";
  const details = { ...request, outcome };
  if (
    code === "UND_ERR_HEADERS_TIMEOUT" ||
    code === "UND_ERR_BODY_TIMEOUT" ||
    code === "UND_ERR_CONNECT_TIMEOUT"
  ) {
    return new TimeoutError("timeout", `${host} did not respond in time`, details);
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE" || code === "ERR_BUFFER_TOO_LARGE")
    return new UnexpectedResponseError("too-large", "The response is too large", details);
  if (/^(CERT_|DEPTH_|SELF_SIGNED|UNABLE_|ERR_TLS)/.test(code)) {
    return new ConnectionError("connection", `The certificate of ${host} is not trusted: ${code}`, {
      ...request,
      outcome: "not-applied",
      hint: "Behind a proxy that intercepts TLS, set NODE_EXTRA_CA_CERTS to the file with its certificate.",
    });
  }
  if (!/^(E[A-Z]|UND_ERR|HPE_|Z_)/.test(code))
    return cause instanceof Error ? cause : new Error(String(cause));
  return new ConnectionError("connection", `There was no response from ${host}: ${code}`, {
    ...details,
    hint:
      outcome === "not-applied"
        ? proxy === undefined
          ? "Check the network, a firewall, HTTPS_PROXY if a proxy is required, and BITBUCKET_API_URL if it is set."
          : "Check the proxy in HTTPS_PROXY or HTTP_PROXY. Hosts in NO_PROXY are contacted directly."
        : "The connection was lost during the request. Run this again: completed changes are recognized.",
  });
}

function codeOf(cause: unknown): string {
  for (let error = cause; isObject(error); error = error.cause) {
    const errors = Array.isArray(error.errors) ? error.errors : [];
    const found = [error, ...errors].find((one) => isObject(one) && typeof one.code === "string");
    if (found) return String(found.code);
  }
  return isObject(cause) && /terminated|other side closed/.test(String(cause.message))
    ? "ECONNRESET"
    : "unknown";
}

/** The messages of an error and of its causes. */
function messageOf(cause: unknown): string {
  if (!isObject(cause)) return "";
  return typeof cause.message === "string" && /^Proxy response/.test(cause.message)
    ? cause.message
    : messageOf(cause.cause);
}
