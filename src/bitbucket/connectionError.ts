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
  const host = proxy === undefined ? target : `${target}, asked through the proxy ${proxy}`;
  // A proxy's refusal of the tunnel has no code of its own in undici.
  const refused = proxy && messageOf(cause).match(/^Proxy response \((\d+)\)/)?.[1];
  if (refused)
    return new ConnectionError(
      "proxy",
      `The proxy ${proxy} does not let requests through to ${target}: it answers ${refused}`,
      {
        ...request,
        outcome: "not-applied",
        hint:
          refused === "407"
            ? "It wants a login: write HTTPS_PROXY as http://user:password@host:port."
            : `Ask whoever runs it to let ${target} through, or, if there is a way without it, write that host into NO_PROXY.`,
      },
    );
  const outcome: WriteOutcome = unsent.has(code) ? "not-applied" : "unknown";
  const details = { ...request, outcome };
  if (
    code === "UND_ERR_HEADERS_TIMEOUT" ||
    code === "UND_ERR_BODY_TIMEOUT" ||
    code === "UND_ERR_CONNECT_TIMEOUT"
  ) {
    return new TimeoutError("timeout", `${host} did not answer in time`, details);
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE" || code === "ERR_BUFFER_TOO_LARGE")
    return new UnexpectedResponseError("too-large", "The answer is too large", details);
  if (/^(CERT_|DEPTH_|SELF_SIGNED|UNABLE_|ERR_TLS)/.test(code)) {
    return new ConnectionError("connection", `The certificate of ${host} is not trusted: ${code}`, {
      ...request,
      outcome: "not-applied",
      hint: "Behind a proxy that opens connections, name the file of its certificate in NODE_EXTRA_CA_CERTS.",
    });
  }
  if (!/^(E[A-Z]|UND_ERR|HPE_|Z_)/.test(code))
    return cause instanceof Error ? cause : new Error(String(cause));
  return new ConnectionError("connection", `There was no answer from ${host}: ${code}`, {
    ...details,
    hint:
      outcome === "not-applied"
        ? proxy === undefined
          ? "Check the network, a firewall, HTTPS_PROXY if there has to be a proxy, and BITBUCKET_API_URL if it is set."
          : "Check that proxy, which HTTPS_PROXY or HTTP_PROXY names. Hosts in NO_PROXY are asked without it."
        : "The connection broke while the request was under way. Run it again: what was done is recognised.",
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
