/** Recorded shapes contain no values, and the emulator's responses are compared with them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { compareShapes } from "../../acceptance/compare";
import { cases } from "../../acceptance/operations";
import { probes } from "../../acceptance/probes";
import { rehearse } from "../../acceptance/rehearsal";
import { ShapeCollector, type Shapes, shapeOf } from "../../acceptance/shape";
import { readShapes, writeShapes } from "../../acceptance/shapeFiles";
import { templateOf } from "../../acceptance/template";

const recorded = resolve(__dirname, "..", "..", "acceptance", "shapes");

let shapes: Shapes;
beforeAll(async () => {
  const run = await rehearse({
    cases,
    probes,
    member: "one",
    group: "one",
    credentials: { type: "api-token" },
  });
  expect(run.operations.filter(({ verdict }) => verdict !== "passed")).toEqual([]);
  shapes = run.shapes;
}, 120_000);

test("the emulator answers as the service was seen to: where it does not, the emulator is mended first", () => {
  expect(compareShapes(readShapes(recorded), shapes)).toEqual([]);
});

test("a recording that is otherwise is reported, by operation", () => {
  const folder = mkdtempSync(join(tmpdir(), "shapes-"));
  const of = (key: string) => shapes[key] ?? { headers: [] };
  const created = of("POST /workspaces/{}/hooks 201");
  writeShapes(
    folder,
    {
      "POST /workspaces/{}/hooks 201": {
        ...created,
        headers: [...created.headers, "x-served-by", "retry-after"],
        body: {
          types: ["object"],
          fields: { ...created.body?.fields, history_limit: { types: ["number"] } },
        },
      },
      // Conditions that the emulator lacks: a credential without the permission, a plan, an outage, an
      // exhausted rate limit.
      "GET /user/workspaces/{}/permission 403": { headers: [] },
      "POST /workspaces/{}/pipelines-config/runners 402": { headers: [] },
      "GET /workspaces/{}/hooks 503": { headers: [] },
      "GET /workspaces/{}/hooks 429": { headers: [] },
      "GET /user 203": of("GET /user 200"),
      "GET /hook_events 200": { headers: [] },
      "GET /workspaces/{}/projects/{} 200": of("GET /workspaces/{}/projects/{} 200"),
    },
    "2026-11-26",
  );
  expect(readdirSync(folder)).toEqual([
    "hook_events.json",
    "user.json",
    "user.workspaces.permission.json",
    "workspaces.hooks.json",
    "workspaces.pipelines-config.runners.json",
    "workspaces.projects.json",
  ]);
  expect(compareShapes(readShapes(folder), shapes)).toEqual([
    { operation: "GET /user 203", differences: ["status 203 where the emulator answers 200"] },
    {
      operation: "POST /workspaces/{}/hooks 201",
      differences: [
        "header retry-after: the emulator lacks it",
        "field history_limit: the emulator lacks it",
      ],
    },
  ]);
  rmSync(folder, { recursive: true });
});

test("no value of an answer is kept: planted secrets are in none of the files", () => {
  const folder = mkdtempSync(join(tmpdir(), "shapes-"));
  const secret = "ATCTT3xFfGN0-planted-5ecret";
  const number = 918_273_645;
  const collector = new ShapeCollector();
  collector.take({
    method: "POST",
    template: templateOf(`/repositories/acme/${secret}/hooks/${secret}?key=${secret}`),
    status: 201,
    headers: { "content-type": secret, location: `https://x/${secret}`, [`x-${secret.toLowerCase()}`]: "1" },
    body: {
      secret,
      uuid: "{0f0f0f0f-1111-4222-8333-444444444444}",
      nested: { deep: [{ token: secret, count: number, [secret]: 1 }, secret, number, null, true] },
      [`{${"a".repeat(8)}-1111-4222-8333-444444444444}`]: secret,
      [secret]: secret,
      [secret.repeat(3)]: { name: secret },
      "someone@example.com": 1,
    },
  });
  collector.take({ method: "GET", template: "/user", status: 500, headers: {}, body: `plain ${secret}` });
  writeShapes(folder, collector.shapes, "2026-11-26");
  const text = readdirSync(folder)
    .map((name) => `${name} ${readFileSync(join(folder, name), "utf8")}`)
    .join("\n");
  expect(text).toContain("POST /repositories/{}/{}/hooks/{} 201");
  expect(text).toContain('"token"');
  for (const planted of [
    secret,
    secret.toLowerCase(),
    String(number),
    "0f0f0f0f",
    "aaaaaaaa",
    "someone",
    "acme",
  ])
    expect(text).not.toContain(planted);
  rmSync(folder, { recursive: true });
});

test("the shapes of several answers become one, with what is at times not there", () => {
  const collector = new ShapeCollector();
  const take = (body: unknown, headers: Record<string, string> = {}) =>
    collector.take({ method: "GET", template: "/user", status: 200, headers, body });
  take({ a: 1, list: [] }, { location: "x", link: "x" });
  take({ a: null, list: ["x", { y: 1 }], b: true }, { location: "x" });
  expect(collector.shapes).toEqual({
    "GET /user 200": {
      headers: ["location"],
      headersAtTimes: ["link"],
      body: {
        types: ["object"],
        fields: {
          a: { types: ["null", "number"] },
          b: { types: ["boolean"] },
          list: {
            types: ["array"],
            items: { types: ["object", "string"], fields: { y: { types: ["number"] } } },
          },
        },
        optional: ["b"],
      },
    },
  });
});

test("no name that an answer holds reaches an object's prototype", () => {
  const shape = shapeOf(JSON.parse('{"__proto__": {"x": 1}, "constructor": 1}'));
  expect(Object.keys(shape.fields ?? {})).toEqual(["constructor", "{}"]);
});
