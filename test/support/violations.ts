/** The violations of the description by the emulator and this project's client. */
import { note, requests } from "../hunt/places";
import { noteSecretsOf } from "../hunt/secrets";
import type { Exchange } from "../openapi/exchange";
import { compiledChecks } from "./checks";

const { wrongRequest, wrongResponse } = compiledChecks();
const found: string[] = [];

/** The parts of a request that others can see: the text of comments and reports. */
const published = /\/(comments|reports|annotations|statuses)\b/;

/**
 * The responses of every emulator, and the requests of this project's own client, are checked against the
 * description.
 */
export function observe(exchange: Exchange): void {
  const { url, method, status, requestHeaders, responseHeaders } = exchange;
  noteSecretsOf(exchange);
  if (requestHeaders["user-agent"] === "bitbucket-as-code")
    note(requests, `${method} ${url} ${published.test(url) ? exchange.requestBody.toString() : ""}`);
  if (!/^\/(2\.0|site)(\/|$)/.test(url)) return;
  const where = `${method} ${url}, answered ${status}`;
  if (requestHeaders["user-agent"] === "bitbucket-as-code")
    found.push(...wrongRequest(exchange).map((wrong) => `${where}: request: ${wrong}`));
  // A response that a test has falsified is marked.
  if (responseHeaders["x-emulator-fault"] === undefined)
    found.push(...wrongResponse(exchange).map((wrong) => `${where}: answer: ${wrong}`));
}

/** Those since the last call, for a test that causes some on purpose. */
export function takeViolations(): readonly string[] {
  return found.splice(0);
}

/** Throws if there are any. */
export function expectNoViolations(): void {
  const violations = takeViolations();
  if (violations.length === 0) return;
  throw new Error(
    `The API is not as test/openapi describes it: ${violations.length} differences\n  ${violations.slice(0, 20).join("\n  ")}`,
  );
}
