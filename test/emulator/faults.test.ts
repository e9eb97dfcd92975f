import type { Fault } from "../../packages/emulator/src";
import { repository, start } from "./support";

async function broken(...faults: Fault[]) {
  const started = await start();
  await repository(started.alice);
  for (const fault of faults) started.emulator.addFault(fault);
  return started;
}

test("a 429 is plain text and says how long to wait if told to", async () => {
  const { alice } = await broken(
    { kind: "status", status: 429, retryAfter: 7 },
    { kind: "status", status: 429 },
  );
  const both = await alice("GET", "/repositories/acme");
  expect([both.status, both.text, both.headers.get("retry-after")]).toEqual([
    429,
    "Rate limit for this resource has been exceeded",
    "7",
  ]);
  expect((await alice("GET", "/repositories/acme")).status).toBe(200);
});

test("an error can come with another body than the API's own", async () => {
  const { alice } = await broken({ kind: "status", status: 403, body: { message: "Forbidden" } });
  expect(await alice("GET", "/repositories/acme")).toMatchObject({
    status: 403,
    body: { message: "Forbidden" },
  });
});

test.each([
  [500, /json/, /"type":"error"/],
  [502, /html/, /<h1>502 Bad Gateway/],
  [503, /html/, /<h1>503 Service Unavailable/],
  [402, /json/, /"type":"error"/],
])("a %i comes as %s", async (status, type, text) => {
  const { alice } = await broken({ kind: "status", status });
  const answer = await alice("PUT", "/repositories/acme/api", { description: "Changed" });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toMatch(type);
  expect(answer.text).toMatch(text);
  expect((await alice("GET", "/repositories/acme/api")).body.description).toBe("");
});

test("a connection is lost before the write took effect, or after it", async () => {
  const { alice } = await broken(
    { kind: "drop-before", method: "PUT" },
    { kind: "drop-after", method: "PUT", skip: 1 },
  );
  const change = (description: string) => alice("PUT", "/repositories/acme/api", { description });
  const now = async () => (await alice("GET", "/repositories/acme/api")).body.description;
  await expect(change("before")).rejects.toThrow();
  expect(await now()).toBe("");
  // The second fault let the first request pass.
  await expect(change("after")).rejects.toThrow();
  expect(await now()).toBe("after");
});

test("JSON is cut, spoilt, or comes slowly and whole", async () => {
  const { alice } = await broken({ kind: "truncate" });
  const cut = await alice("GET", "/repositories/acme/api");
  expect([cut.status, cut.body]).toEqual([200, undefined]);
  const spoilt = await broken({ kind: "malformed" });
  expect((await spoilt.alice("GET", "/repositories/acme/api")).body).toBeUndefined();
  const slow = await broken({ kind: "drip", milliseconds: 1 });
  expect((await slow.alice("GET", "/repositories/acme/api")).body.slug).toBe("api");
});

test("the link to the next page loops or leads elsewhere", async () => {
  const { alice } = await broken(
    { kind: "next-loops", path: "pagelen=1$" },
    { kind: "next-elsewhere", path: "pagelen=2" },
  );
  const next = async (path: string) => (await alice("GET", path)).body.next;
  expect(await next("/repositories/acme?pagelen=1")).toMatch(/\/2\.0\/repositories\/acme\?pagelen=1$/);
  expect(await next("/repositories/acme?pagelen=2")).toMatch(/^http:\/\/elsewhere\.example\.com\//);
});

test("a link that is left out leaves size and page to go by", async () => {
  const { alice, emulator } = await broken();
  const path = "/repositories/acme/api/pipelines_config/variables";
  for (const key of ["A", "B", "C"]) await alice("POST", path, { key, value: "1" });
  emulator.addFault({ kind: "no-next", path: "/variables" });
  const { body } = await alice("GET", `${path}?pagelen=2`);
  expect([body.next, body.size, body.page, body.pagelen]).toEqual([undefined, 3, 1, 2]);
});

test("what was just made cannot be read for so many reads, or so long", async () => {
  let now = 0;
  const { alice, emulator } = await start({ now: () => now });
  await repository(alice);
  const make = async (slug: string, fault: Partial<Fault>) => {
    emulator.addFault({ kind: "hide-new", method: "POST", ...fault });
    expect((await alice("POST", `/repositories/acme/${slug}`, { is_private: true })).status).toBe(200);
    return async () => (await alice("GET", `/repositories/acme/${slug}`)).status;
  };
  const byReads = await make("by-reads", { reads: 2 });
  expect([await byReads(), await byReads(), await byReads()]).toEqual([404, 404, 200]);
  const byTime = await make("by-time", { milliseconds: 500 });
  expect(await byTime()).toBe(404);
  now += 501;
  expect(await byTime()).toBe(200);
});

test("a fault hits as often as it says, where it says, and can be taken back", async () => {
  const { alice, emulator } = await broken({
    kind: "status",
    status: 500,
    times: 2,
    method: "GET",
    path: "/hooks",
  });
  const get = async (path: string) => (await alice("GET", path)).status;
  expect(await get("/repositories/acme")).toBe(200);
  const statuses = [];
  for (let round = 0; round < 3; round += 1) statuses.push(await get("/repositories/acme/api/hooks"));
  expect(statuses).toEqual([500, 500, 200]);
  const fault = emulator.addFault({ kind: "status", status: 500, times: 100 });
  fault.remove();
  expect(await get("/repositories/acme")).toBe(200);
  emulator.addFault({ kind: "status", status: 500, times: 100 });
  emulator.clearFaults();
  expect(await get("/repositories/acme")).toBe(200);
});

test("faults by chance hit the same requests in every run", async () => {
  const run = async () => {
    const { alice } = await broken({ kind: "status", status: 500, probability: 0.3 });
    const statuses = [];
    for (let round = 0; round < 40; round += 1)
      statuses.push((await alice("GET", "/repositories/acme")).status);
    return statuses;
  };
  const first = await run();
  expect(first).toEqual(await run());
  const hits = first.filter((status) => status === 500).length;
  expect(hits).toBeGreaterThan(4);
  expect(hits).toBeLessThan(24);
});

test("a field is accepted and not applied: it stays as it was, or as the fault says, and the answer is marked", async () => {
  const { alice } = await broken(
    { kind: "not-applied", method: "PUT", field: "description" },
    { kind: "not-applied", method: "PUT", field: "project.key", value: "PLAT", skip: 1 },
  );
  await alice("POST", "/workspaces/acme/projects", { key: "OTHER", name: "Other" });
  const first = await alice("PUT", "/repositories/acme/api", { description: "New", language: "go" });
  expect(first.status).toBe(200);
  expect(first.headers.get("x-emulator-fault")).toBe("not-applied");
  expect(first.body).toMatchObject({ description: "", language: "go" });
  const second = await alice("PUT", "/repositories/acme/api", {
    project: { key: "OTHER" },
    language: "rust",
  });
  expect(second.body).toMatchObject({ project: { key: "PLAT" }, language: "rust" });
  const third = await alice("PUT", "/repositories/acme/api", {
    project: { key: "OTHER" },
    description: "New",
  });
  expect(third.body).toMatchObject({ project: { key: "OTHER" }, description: "New" });
  expect(third.headers.get("x-emulator-fault")).toBeNull();
});
