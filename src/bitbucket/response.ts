/** Interprets a response: the parsed body of a success, or an error. */
import { errorFor } from "./answerError";
import type { CredentialOrigin, Credentials } from "./credentials";
import { UnexpectedResponseError } from "./errors";
import type { Answer, ApiRequest, ApiResponse } from "./request";

/**
 * @throws {BitbucketError} for every response that is not a success, for an unexpected redirect, and for a
 * body that is not JSON although it should be.
 */
export function parseAnswer(
  request: ApiRequest,
  answer: Answer,
  {
    baseUrl,
    credentials,
    origin,
  }: {
    readonly baseUrl: string;
    readonly credentials: Credentials;
    readonly origin?: CredentialOrigin | undefined;
  },
): ApiResponse {
  const { method, path } = request;
  const { status, headers, text } = answer;
  if (status >= 400) throw errorFor({ method, path }, answer, credentials, origin);
  if (status >= 300 && request.redirects) return { status, headers, body: undefined };
  if (status >= 300) {
    const where = URL.canParse(headers.location ?? "", baseUrl)
      ? new URL(headers.location ?? "", baseUrl).host
      : "nowhere";
    throw new UnexpectedResponseError(
      "redirect",
      `Bitbucket redirects to ${where}, and the credential is not sent there`,
      { method, path, status },
    );
  }
  if (request.accept === "text") return { status, headers, body: text };
  if (text.trim() === "") return { status, headers, body: undefined };
  try {
    return { status, headers, body: JSON.parse(text) };
  } catch {
    const what = /^\s*</.test(text)
      ? "The response is an HTML page instead of JSON"
      : "The response is truncated or invalid JSON";
    throw new UnexpectedResponseError("malformed", what, {
      method,
      path,
      status,
      outcome: "unknown",
      hint: "A proxy or gateway may have responded. Run this again.",
    });
  }
}
