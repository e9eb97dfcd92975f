/** No error contains the credential, however a server quotes it. */
import fc from "fast-check";
import { type Credentials, Secret } from "../../src/bitbucket";
import { errorFor } from "../../src/bitbucket/answerError";
import { redact } from "../../src/errors";
import { Served } from "./support";

const token = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 12,
  maxLength: 60,
});

const base64 = (text: string) => Buffer.from(text).toString("base64");
const unicode = (text: string) =>
  [...text].map((one) => `\\u00${one.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");

/** The ways in which a server may quote a request. */
const quotes: Readonly<Record<string, (secret: string, email: string) => string>> = {
  raw: (secret) => secret,
  "base64 of it alone": (secret) => base64(secret),
  "the header of Basic authentication": (secret, email) => `Basic ${base64(`${email}:${secret}`)}`,
  "base64 for URLs": (secret, email) => Buffer.from(`${email}:${secret}`).toString("base64url"),
  "base64 of the base64": (secret, email) => `Bearer ${encodeURIComponent(base64(`${email}:${secret}`))}`,
  "in a URL": (secret) => `https://x-token-auth:${encodeURIComponent(secret)}@bitbucket.org/acme/api`,
  "in a URL, every letter": (secret) =>
    [...secret].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""),
  "in a URL twice": (secret) => encodeURIComponent(encodeURIComponent(secret)),
  "in JSON": (secret) => JSON.stringify({ token: secret }),
  "in JSON, every letter": unicode,
  "in HTML": (secret) =>
    secret.replace(
      /[&<>"']/g,
      (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[one] ?? one,
    ),
};

function forms(secret: string, email: string): string[] {
  return Object.values(quotes).map((quote) => quote(secret, email));
}

test("however a server quotes the credential, no error text holds it", () => {
  fc.assert(
    fc.property(
      token,
      fc.constantFrom("a@b.example", "jo@acme.example", "somebody@example.com"),
      fc.constantFrom(...Object.keys(quotes)),
      fc.integer({ min: 400, max: 599 }),
      fc.nat({ max: 320 }),
      fc.constantFrom("text", "html", "message", "detail", "field", "id", "scopes"),
      (secret, email, how, status, before, where) => {
        const credentials: Credentials = { type: "api-token", email, token: new Secret(secret) };
        const quoted = `${"x ".repeat(before / 2)}${quotes[how]?.(secret, email)}`;
        const bodies: Record<string, unknown> = {
          message: { error: { message: quoted } },
          detail: { error: { message: "no", detail: quoted } },
          field: { error: { message: "no", fields: { [quoted]: [quoted] } } },
          id: { error: { message: "no", id: quoted } },
          scopes: { error: { message: "no", detail: { granted: [quoted], required: [quoted] } } },
        };
        const text =
          where === "text"
            ? quoted
            : where === "html"
              ? `<html><title>${quoted}</title>`
              : JSON.stringify(bodies[where]);
        const headers = { "x-request-id": quoted, "x-oauth-scopes": quoted };
        const error = errorFor({ method: "GET", path: "/user" }, { status, text, headers }, credentials);
        const shown = [
          error.message,
          error.apiMessage,
          error.hint,
          error.requestId,
          JSON.stringify(error),
        ].join("\n");
        for (const form of forms(secret, email)) {
          expect(shown).not.toContain(form);
          // Half of it would be a leak as well.
          if (form === secret) expect(shown).not.toContain(secret.slice(0, 11));
        }
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test("a redirect that names it does not either", async () => {
  const served = await Served.start([
    (_request, response) => response.writeHead(302, { location: "https://the-token.example.com/" }).end(),
  ]);
  const error = await served.client.get("/user").catch(String);
  expect(error).toContain("[secret].example.com");
  expect(error).not.toContain("the-token");
  await served.close();
});

test("texts without a credential stay as they are", () => {
  new Secret("ATATT3xFfGF0exampleexample");
  expect(redact("Repository api: exists already")).toBe("Repository api: exists already");
});

test("a 403 or 404 with an HTML page comes from a gateway, and says nothing of scopes or of what is there", async () => {
  for (const status of [403, 404]) {
    const served = await Served.start([
      (_request, response) =>
        response
          .writeHead(status, { "content-type": "text/html" })
          .end("<html><head><title>Access Denied</title></head></html>"),
    ]);
    const error = await served.client
      .get("/repositories/acme/api/hooks")
      .catch((failure: unknown) => failure);
    expect(String(error)).toMatch(
      /A gateway in front of Bitbucket rejected this with status 40[34] \(GET \/repositories\/acme\/api\/hooks\): Access Denied\./,
    );
    expect(String(error)).not.toMatch(/scope|lacks|found nothing/);
    expect((error as { code?: string }).code).toBe("gateway");
    await served.close();
  }
});
