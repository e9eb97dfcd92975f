/** The transport of requests: compressed responses, HTTP/2 if the server offers it, and concurrency. */
import { readFileSync } from "node:fs";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createClient, Secret } from "../../src/bitbucket";
import { ConcurrencyLimiter } from "../../src/bitbucket/concurrencyLimiter";
import { type Answer, Served } from "./support";

const pem = (name: string) => readFileSync(join(__dirname, "fixtures", `localhost.${name}.pem`), "utf8");

describe("compressed answers", () => {
  const zipped =
    (bytes: Buffer): Answer =>
    (request, response) => {
      expect(request.headers["accept-encoding"]).toBe("gzip");
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(bytes);
    };

  test("are read", async () => {
    const served = await Served.start([zipped(gzipSync(JSON.stringify({ name: "Überraschung" })))]);
    expect(await served.client.get("/x")).toEqual({ name: "Überraschung" });
    await served.close();
  });

  test("that are cut short are asked for again", async () => {
    const whole = gzipSync(JSON.stringify({ text: "x".repeat(1000) }));
    const served = await Served.start([zipped(whole.subarray(0, 30)), zipped(whole)]);
    expect(await served.client.get("/x")).toEqual({ text: "x".repeat(1000) });
    expect(served.seen).toHaveLength(2);
    await served.close();
  });

  test("that blow up are refused", async () => {
    const served = await Served.start([zipped(gzipSync(Buffer.alloc(80 * 1024 * 1024)))]);
    await expect(served.client.get("/x")).rejects.toThrow(/GET \/x/);
    await served.close();
  });
});

describe("HTTP/2", () => {
  let server: Http2SecureServer;
  const seen: string[] = [];
  const open: ServerHttp2Session[] = [];
  let sessions = 0;
  let delay = Promise.resolve();

  beforeAll(async () => {
    server = createSecureServer({ key: pem("key"), cert: pem("crt"), allowHTTP1: true });
    server.on("session", (session) => {
      sessions += 1;
      open.push(session);
    });
    server.on("request", async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push(
        `${request.httpVersion} ${request.method} ${request.url} ${Buffer.concat(chunks).length > 0}`,
      );
      await delay;
      response.writeHead(request.method === "DELETE" ? 204 : 200, { "content-type": "application/json" });
      response.end(request.method === "DELETE" ? "" : JSON.stringify({ ok: request.method }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  afterAll(() => {
    for (const session of open) session.destroy();
    server.close();
  });
  beforeEach(() => {
    seen.length = 0;
    sessions = 0;
    delay = Promise.resolve();
  });

  const connect = () =>
    createClient({
      credentials: { type: "workspace", token: new Secret("the-token") },
      baseUrl: `https://localhost:${(server.address() as AddressInfo).port}/2.0`,
      certificates: pem("crt"),
    });

  test("is used for reads and writes, with JSON and with forms", async () => {
    const client = connect();
    expect(await client.get("/a")).toEqual({ ok: "GET" });
    await client.send({ method: "PUT", path: "/b", body: { name: "x" } });
    await client.send({ method: "POST", path: "/c", form: { message: "x" }, files: { "a.txt": "text\n" } });
    expect((await client.send({ method: "DELETE", path: "/d" })).status).toBe(204);
    expect(seen).toEqual([
      "2.0 GET /2.0/a false",
      "2.0 PUT /2.0/b true",
      "2.0 POST /2.0/c true",
      "2.0 DELETE /2.0/d false",
    ]);
    await client.close();
  });

  test("carries many requests over few connections", async () => {
    const client = connect();
    await Promise.all(Array.from({ length: 100 }, (_, index) => client.get(`/${index}`)));
    expect(seen).toHaveLength(100);
    expect(sessions).toBeLessThanOrEqual(16);
    await client.close();
  });

  test("a connection that the server ends is opened again", async () => {
    const client = connect();
    server.once("session", (session) => session.on("stream", () => setImmediate(() => session.goaway())));
    for (let index = 0; index < 5; index += 1) expect(await client.get(`/${index}`)).toEqual({ ok: "GET" });
    await client.close();
  });

  test("a certificate that is not trusted is an error that says so", async () => {
    const client = createClient({
      credentials: { type: "workspace", token: new Secret("the-token") },
      baseUrl: `https://localhost:${(server.address() as AddressInfo).port}/2.0`,
      sleep: async () => {},
    });
    await expect(client.get("/a")).rejects.toThrow(/certificate/i);
    await client.close();
  });
});

describe("the number of requests at once", () => {
  const gate = () =>
    new ConcurrencyLimiter(
      16,
      () => 0,
      async () => {},
    );

  const answer = (one: ConcurrencyLimiter, count: number, milliseconds = 50) => {
    for (let index = 0; index < count; index += 1) {
      one.recordLatency(milliseconds);
      one.onSuccess();
    }
  };

  test("begins with half, and is whole once those are answered", () => {
    const one = gate();
    expect(one.width).toBe(8);
    answer(one, 8);
    expect(one.width).toBe(16);
    answer(one, 100);
    expect(one.width).toBe(16);
  });

  test("grows slowly after a 429, and after answers that took long", () => {
    const limited = gate();
    limited.pauseFor(1);
    answer(limited, 4);
    expect(limited.width).toBe(4);
    answer(limited, 200);
    expect(limited.width).toBe(16);
    const slow = gate();
    answer(slow, 1);
    answer(slow, 40, 900);
    const { width } = slow;
    expect(width).toBeLessThan(16);
    answer(slow, 60);
    expect(slow.width).toBeLessThan(16);
    answer(slow, 300);
    expect(slow.width).toBe(16);
  });

  test("starts what has waited longest first", async () => {
    const one = new ConcurrencyLimiter(
      2,
      () => 0,
      async () => {},
    );
    const started: number[] = [];
    const work = (index: number) =>
      one.run(async () => {
        started.push(index);
        await new Promise(setImmediate);
        // Wakes more than there is room for.
        one.onSuccess();
        one.onSuccess();
      });
    await Promise.all(Array.from({ length: 10 }, (_, index) => work(index)));
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("shrinks when answers take much longer than they did, and not below four", () => {
    const one = gate();
    one.recordLatency(50);
    for (let index = 0; index < 400; index += 1) {
      one.recordLatency(900);
      one.onSuccess();
    }
    expect(one.width).toBe(4);
  });

  test("is halved by a 429, down to one", () => {
    const one = gate();
    one.pauseFor(1);
    expect(one.width).toBe(4);
    for (let index = 0; index < 5; index += 1) one.pauseFor(1);
    expect(one.width).toBe(1);
  });
});
