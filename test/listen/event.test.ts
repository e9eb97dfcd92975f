/** What is taken from a delivery, and what is not. */
import fc from "fast-check";
import { parseEvent } from "../../src/listen/event";
import { isSignedWith } from "../../src/listen/signature";
import { delivery, scope, secret, sign, uuids } from "./support";

function parse({ headers, body }: { headers: Record<string, string>; body: string }) {
  return parseEvent(headers, Buffer.from(body), scope);
}

test("an event of the own workspace tells which repository or project to look at, and nothing else", () => {
  const sent = delivery("repo:updated", uuids.api.toUpperCase(), {
    repository: { uuid: uuids.api, workspace: { uuid: scope.workspace }, slug: "../../x", name: "x" },
  });
  const parsed = parse(sent);
  expect(parsed).toEqual({
    event: {
      id: sent.headers["x-request-uuid"],
      key: "repo:updated",
      attempt: 1,
      subject: { kind: "repository", uuid: uuids.api },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  });
  expect(parse(delivery("project:updated", uuids.web))).toMatchObject({
    event: { subject: { kind: "project", uuid: uuids.web } },
  });
});

test("a push counts in the repository with the YAML alone", () => {
  expect(parse(delivery("repo:push", uuids.api))).toHaveProperty("ignored");
  expect(parse(delivery("repo:push", String(scope.desiredState)))).toHaveProperty("event");
  expect(parse(delivery("pullrequest:created", uuids.api))).toHaveProperty("ignored");
});

test.each([
  ["a foreign workspace", { repository: { uuid: uuids.api, workspace: { uuid: uuids.web } } }, 403],
  ["no workspace", { repository: { uuid: uuids.api } }, 400],
  [
    "a slug in the place of a UUID",
    { repository: { uuid: "api", workspace: { uuid: scope.workspace } } },
    400,
  ],
  [
    "a path in the place of a UUID",
    { repository: { uuid: "{../../x}", workspace: { uuid: scope.workspace } } },
    400,
  ],
  ["no repository", { repository: null }, 400],
])("%s is refused", (_what, more, status) => {
  expect(parse(delivery("repo:updated", uuids.api, more))).toMatchObject({ status });
});

test.each([
  ["x-request-uuid", "1"],
  ["x-request-uuid", "../../../../etc/passwd"],
  ["x-attempt-number", "0"],
  ["x-attempt-number", "1e3"],
])("the header %s: %s is refused", (name, value) => {
  const sent = delivery("repo:updated", uuids.api);
  expect(parse({ ...sent, headers: { ...sent.headers, [name]: value } })).toMatchObject({ status: 400 });
});

test("no body and no header make the parser throw, or accept what does not name the own workspace", () => {
  const value = fc.oneof(fc.anything(), fc.constantFrom(uuids.api, scope.workspace, {}, null, []));
  const body = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .dictionary(
        fc.constantFrom("repository", "project", "uuid", "workspace", "owner", "__proto__", "push"),
        fc.oneof(value, fc.dictionary(fc.constantFrom("uuid", "workspace", "owner", "toString"), value)),
      )
      .map((object) => Buffer.from(JSON.stringify(object) ?? "")),
  );
  const headers = fc.record(
    {
      "x-event-key": fc.oneof(fc.constantFrom("repo:created", "repo:push", "project:updated"), fc.string()),
      "x-request-uuid": fc.oneof(fc.uuid(), fc.string()),
      "x-attempt-number": fc.oneof(fc.constantFrom("1", "2"), fc.string()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(headers, body, (given, bytes) => {
      const parsed = parseEvent(given, bytes, scope);
      if (!("event" in parsed)) return;
      const text = bytes.toString();
      expect(text.toLowerCase()).toContain(scope.workspace.slice(1, -1));
      expect(parsed.event.subject.uuid).toMatch(/^\{[0-9a-f-]{36}\}$/);
      expect(text.toLowerCase()).toContain(parsed.event.subject.uuid.slice(1, -1));
      expect(parsed.event.id).toMatch(/^[0-9a-f-]{36}$/);
    }),
    { numRuns: 2000 },
  );
});

test("a nest of brackets is no event, and does no harm", () => {
  const sent = delivery("repo:updated", uuids.api);
  expect(parse({ ...sent, body: "[".repeat(200_000) })).toMatchObject({ status: 400 });
  expect(parse({ ...sent, body: `${"[".repeat(100_000)}${"]".repeat(100_000)}` })).toMatchObject({
    status: 400,
  });
});

test("only the webhook's secret signs", () => {
  const body = Buffer.from('{"a":1}');
  expect(isSignedWith(secret, body, sign('{"a":1}'))).toBe(true);
  expect(isSignedWith(secret, body, sign('{"a":1}').toUpperCase().replace("SHA256", "sha256"))).toBe(true);
  expect(isSignedWith(secret, body, sign('{"a":1} '))).toBe(false);
  expect(isSignedWith(secret, body, sign('{"a":1}', "another-secret"))).toBe(false);
  const [, digits = ""] = sign('{"a":1}').split("=");
  for (const header of [
    undefined,
    "",
    digits,
    `sha1=${digits}`,
    `sha256=${digits}0`,
    `sha256=${digits.slice(1)}`,
  ])
    expect(isSignedWith(secret, body, header)).toBe(false);
  expect(isSignedWith(secret, body, [sign('{"a":1}')])).toBe(false);
  fc.assert(
    fc.property(fc.string(), (header) => {
      expect(isSignedWith(secret, body, header)).toBe(header === sign('{"a":1}'));
    }),
  );
});
