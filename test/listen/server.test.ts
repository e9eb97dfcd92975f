/** The server, by real requests. */
import { connect } from "node:net";
import { ListenCounts } from "../../src/listen/counts";
import { type LogEntry, logSchema, renderLogLine, renderLogText } from "../../src/listen/log";
import { type ListenServer, maxBody, startServer } from "../../src/listen/server";
import { EventStore } from "../../src/listen/store";
import { delivery, newFolder, removeFolders, type Sent, scope, secret, sign, uuids } from "./support";

const servers: ListenServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  removeFolders();
});

async function start({ capacity = 10, signed = true } = {}) {
  const store = new EventStore(newFolder(), { capacity });
  const entries: LogEntry[] = [];
  const counts = new ListenCounts();
  let time = 0;
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    path: "/hook",
    secret: signed ? secret : undefined,
    scope,
    accept: (event) => store.accept(event),
    pending: () => store.pending.length,
    counts,
    log: (entry) => entries.push(logSchema.parse(entry)),
    now: () => time,
  });
  servers.push(server);
  return {
    server,
    store,
    entries,
    counts,
    wait: (milliseconds: number) => {
      time += milliseconds;
    },
    async send({ headers, body }: Sent, init: { method?: string; path?: string } = {}) {
      const { method = "POST", path = "/hook" } = init;
      const answer = await fetch(new URL(path, server.url), {
        method,
        headers,
        ...(method === "POST" ? { body } : {}),
      });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
  };
}

const change = (sent: Sent, headers: Record<string, string>): Sent => ({
  ...sent,
  headers: { ...sent.headers, ...headers },
});

test("a signed event is accepted once; each further attempt is answered 200, without work", async () => {
  const { send, store, entries } = await start();
  const sent = delivery("repo:updated", uuids.api);
  expect((await send(sent)).status).toBe(200);
  expect(store.pending).toHaveLength(1);
  expect((await send(change(sent, { "x-attempt-number": "2" }))).text).toBe("accepted before\n");
  await store.finish(store.pending, "in sync");
  expect((await send(change(sent, { "x-attempt-number": "3" }))).text).toBe("handled before\n");
  expect(store.pending).toEqual([]);
  expect(entries.map(({ what }) => what)).toEqual(["accepted", "repeated", "repeated"]);
});

test("what is not signed with the secret is refused, and leaves nothing", async () => {
  const { send, store } = await start();
  const sent = delivery("repo:updated", uuids.api);
  const { "x-hub-signature": _, ...unsigned } = sent.headers;
  for (const forged of [
    { ...sent, headers: unsigned },
    change(sent, { "x-hub-signature": sign(sent.body, "another-secret-0") }),
    { ...sent, body: sent.body.replace("3", "4") },
  ])
    expect((await send(forged)).status).toBe(401);
  expect(store.pending).toEqual([]);
});

test("a replay under another id is refused", async () => {
  const { send, store } = await start();
  const sent = delivery("repo:updated", uuids.api);
  await send(sent);
  const copy = change(sent, { "x-request-uuid": "99999999-9999-4999-8999-999999999999" });
  expect((await send(copy)).status).toBe(409);
  expect(store.pending).toHaveLength(1);
});

test("another path, method or content type, and a body that is too long, are refused before anything is read", async () => {
  const { send, store, server } = await start();
  const sent = delivery("repo:updated", uuids.api);
  expect((await send(sent, { path: "/" })).status).toBe(404);
  expect((await send(sent, { path: "/hook/" })).status).toBe(404);
  const got = await send({ ...sent, body: "" }, { method: "GET" });
  expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
  expect((await send(change(sent, { "content-type": "text/plain" }))).status).toBe(415);
  const long = "x".repeat(maxBody + 1);
  expect((await send(change({ ...sent, body: long }, { "x-hub-signature": sign(long) }))).status).toBe(413);
  // Without a length, it is read up to the limit.
  const answer = await new Promise<string>((done) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    let text = "";
    socket.on("data", (part: Buffer) => {
      text += part.toString();
    });
    socket.on("error", () => {});
    socket.on("close", () => done(text));
    socket.write(
      "POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    const chunk = "y".repeat(65_536);
    for (let sentBytes = 0; sentBytes <= maxBody; sentBytes += chunk.length)
      socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i);
  expect(store.pending).toEqual([]);
});

test("a full queue is answered 503, so that Bitbucket sends the event again", async () => {
  const { send, store } = await start({ capacity: 1 });
  await send(delivery("repo:updated", uuids.api));
  const late = delivery("repo:updated", uuids.web);
  const refused = await send(late);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "30"]);
  await store.finish(store.pending, "in sync");
  expect((await send(change(late, { "x-attempt-number": "2" }))).text).toBe("accepted\n");
});

test("an event that cannot be stored is not acknowledged", async () => {
  const { send, store } = await start();
  jest.spyOn(store, "accept").mockRejectedValue(new Error("no space left on device"));
  expect((await send(delivery("repo:updated", uuids.api))).status).toBe(500);
});

test("without a secret, events of the own workspace alone are taken", async () => {
  const { send } = await start({ signed: false });
  const { "x-hub-signature": _, ...headers } = delivery("repo:updated", uuids.api).headers;
  const own = delivery("repo:updated", uuids.api);
  expect((await send({ ...own, headers })).status).toBe(200);
  const foreign = delivery("repo:updated", uuids.api, {
    repository: { uuid: uuids.api, workspace: { uuid: uuids.web } },
  });
  expect(
    (await send({ ...foreign, headers: { ...headers, "x-request-uuid": uuids.api.slice(1, -1) } })).status,
  ).toBe(403);
});

test("health and counts are told, and no secret", async () => {
  const { send, server, counts, entries, wait } = await start();
  await send(delivery("repo:updated", uuids.api));
  await send(delivery("repo:push", uuids.api));
  for (let index = 0; index < 3; index += 1)
    await send(change(delivery("repo:updated", uuids.api), { "x-hub-signature": secret }));
  wait(10_000);
  await send(delivery("repo:updated", uuids.api), { path: "/x" });
  const health = await fetch(new URL("/healthz", server.url));
  expect([health.status, await health.json()]).toEqual([200, { status: "ok", pending: 1 }]);
  const metrics = await (await fetch(new URL("/metrics", server.url))).text();
  expect(metrics).toMatch(/^bitbucket_as_code_listen_accepted_total 1$/m);
  expect(metrics).toMatch(/^bitbucket_as_code_listen_pending 1$/m);
  expect([counts.of("refused"), counts.of("ignored")]).toEqual([4, 1]);
  // Strangers do not fill the log.
  expect(entries.map(({ what }) => what)).toEqual(["accepted", "refused", "refused"]);
  expect(entries.at(-1)).toMatchObject({ status: 404, more: 2 });
  expect(entries.map((entry) => renderLogLine(entry) + renderLogText(entry)).join("\n")).not.toContain(
    secret,
  );
});

test("a listener that stops answers what is under way, and takes nothing more", async () => {
  const { send, server, store } = await start();
  const sent = delivery("repo:updated", uuids.api);
  const answers = Promise.all([send(sent), send(delivery("repo:updated", uuids.web))]);
  const statuses = (await answers).map(({ status }) => status);
  await server.close();
  expect(statuses).toEqual([200, 200]);
  expect(store.pending).toHaveLength(2);
  await expect(send(delivery("repo:updated", uuids.web))).rejects.toThrow();
});

test("a port in use is told, with what to do", async () => {
  const { server, store } = await start();
  const again = startServer({
    host: "127.0.0.1",
    port: Number(new URL(server.url).port),
    path: "/",
    secret,
    scope,
    accept: (event) => store.accept(event),
    pending: () => 0,
    counts: new ListenCounts(),
    log: () => {},
    now: Date.now,
  });
  await expect(again).rejects.toThrow(/Cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.* Use another --port/);
});
