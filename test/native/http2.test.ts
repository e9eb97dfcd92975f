/** The server's HTTP/2, held against Node's client, the examples of the RFCs, and what no client sends. */
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2, type OutgoingHttpHeaders } from "node:http2";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import fc from "fast-check";
import { CallConnection } from "../../src/native/wire/connection";
import { errorCodes, frame, frameFlags, frameTypes } from "../../src/native/wire/frames";
import { encodeHeaders, HeaderError, HeaderReader } from "../../src/native/wire/headers";

const headers = encodeHeaders({ ":status": "200" });
const trailers = encodeHeaders({ "grpc-status": "0" });
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Bytes of a call that are kept by the server of these tests. */
const kept = 3_000_000;

let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((socket) => {
    new CallConnection(socket, kept, ({ path, body, respond, end }) => {
      if (path === "/empty") end(encodeHeaders({ ":status": "200", "grpc-status": "0" }));
      else respond(headers, Buffer.concat([Buffer.from(`${path} `), body]), trailers);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

async function withClient<Result>(
  work: (client: ClientHttp2Session) => Promise<Result>,
  options: Parameters<typeof connectHttp2>[1] = {},
): Promise<Result> {
  const client = connectHttp2(`http://127.0.0.1:${port}`, options);
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

/** What is echoed, and the trailer. */
async function ask(client: ClientHttp2Session, given: OutgoingHttpHeaders, body: Buffer) {
  const stream = client.request({ ":method": "POST", ...given });
  stream.end(body);
  const parts: Buffer[] = [];
  let status: unknown;
  stream.on("data", (part: Buffer) => parts.push(part));
  stream.on("trailers", (found) => {
    status = found["grpc-status"];
  });
  await once(stream, "close");
  return { content: Buffer.concat(parts), status };
}

const echo = (path: string, body: Buffer) => ({
  content: Buffer.concat([Buffer.from(`${path} `), body]),
  status: "0",
});

test("whatever headers a client sends, repeats and lets the server remember, each call arrives as it is", async () => {
  const name = fc.stringMatching(/^x-[a-z0-9-]{1,20}$/);
  const value = fc.stringMatching(/^[!-~]([ -~]{0,200}[!-~])?$/);
  const path = fc.stringMatching(/^\/[A-Za-z.]{1,60}$/);
  const call = fc.record({ path, headers: fc.dictionary(name, value, { maxKeys: 12 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), (calls) =>
      withClient(async (client) => {
        const body = Buffer.from("body");
        for (const one of [...calls, ...calls])
          expect(await ask(client, { ":path": one.path, ...one.headers }, body)).toEqual(
            echo(one.path, body),
          );
      }),
    ),
    { numRuns: 20 },
  );
});

test("headers of several frames arrive", () =>
  withClient(async (client) => {
    const long = { "x-long": "a b".repeat(15_000) };
    expect(await ask(client, { ":path": "/long", ...long }, Buffer.alloc(0))).toEqual(
      echo("/long", Buffer.alloc(0)),
    );
  }));

test("an answer waits for a client that takes little at a time, and does not hold up others", () =>
  withClient(
    async (client) => {
      const body = Buffer.alloc(300_000, "x");
      const slow = client.request({ ":method": "POST", ":path": "/slow" });
      slow.end(body);
      await once(slow, "response");
      expect(await ask(client, { ":path": "/quick" }, Buffer.from("q"))).toEqual(
        echo("/quick", Buffer.from("q")),
      );
      let length = 0;
      slow.on("data", (part: Buffer) => {
        length += part.length;
      });
      await once(slow, "close");
      expect(length).toBe(body.length + "/slow ".length);
    },
    { settings: { initialWindowSize: 1_000 } },
  ));

test("an answer of headers alone ends the call", () =>
  withClient(async (client) => {
    const { content, status } = await ask(client, { ":path": "/empty" }, Buffer.from("x"));
    expect([content.length, status]).toEqual([0, undefined]);
  }));

test("a ping is answered", () =>
  withClient(async (client) => {
    await once(client, "connect");
    const sent = Buffer.from("12345678");
    const answered = new Promise<Buffer>((done, fail) => {
      client.ping(sent, (error, _, payload) => (error ? fail(error) : done(payload)));
    });
    expect(await answered).toEqual(sent);
  }));

test("of a call that is too long, the beginning is kept and the rest is let through", () =>
  withClient(async (client) => {
    const { content } = await ask(client, { ":path": "/long" }, Buffer.alloc(kept + 1_000_000, "x"));
    expect(content.length).toBeLessThanOrEqual(kept + "/long ".length);
    expect(content.length).toBeGreaterThan(kept - 20_000);
  }));

/** What the server sends to a client of bytes until it ends the connection, or has said as much. */
async function exchange(parts: readonly Buffer[], enough = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
  const socket = connect(port, "127.0.0.1");
  const received: Buffer[] = [];
  const ended = new Promise<void>((done) => {
    socket.on("close", () => done()).on("error", () => done());
    socket.on("data", (part) => {
      received.push(part);
      if (Buffer.concat(received).length >= enough) done();
    });
  });
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  socket.destroy();
  return Buffer.concat(received);
}

const call = Buffer.concat([
  preface,
  frame(frameTypes.settings, 0, 0, Buffer.alloc(0)),
  frame(frameTypes.headers, frameFlags.endHeaders, 1, encodeHeaders({ ":path": "/split" })),
  frame(frameTypes.data, frameFlags.padded, 1, Buffer.from([2, 97, 98, 0, 0])),
  frame(frameTypes.priority, 0, 3, Buffer.alloc(5)),
  frame(99, 0, 0, Buffer.from("a frame of a later version")),
  frame(frameTypes.data, frameFlags.endStream, 1, Buffer.from("c")),
]);

test("a call arrives in whatever pieces it is sent, without what fills it up", async () => {
  const whole = await exchange([call], 100);
  expect(whole.includes("/split abc")).toBe(true);
  const bytewise = await exchange(
    [...call].map((byte) => Buffer.from([byte])),
    whole.length,
  );
  expect(bytewise).toEqual(whole);
});

test.each<[string, Buffer, number]>([
  ["another protocol", Buffer.from("GET / HTTP/1.1\r\n\r\n"), errorCodes.protocol],
  [
    "a frame that is too long",
    Buffer.concat([preface, Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 0])]),
    errorCodes.frameSize,
  ],
  [
    "headers that are none",
    sent(frameTypes.headers, frameFlags.endHeaders, 1, Buffer.from([0xff, 0xff])),
    errorCodes.compression,
  ],
  [
    "a reference to nothing",
    sent(frameTypes.headers, frameFlags.endHeaders, 1, Buffer.from([0xfe])),
    errorCodes.compression,
  ],
  [
    "a call with an even number",
    sent(frameTypes.headers, frameFlags.endHeaders, 2, Buffer.alloc(0)),
    errorCodes.protocol,
  ],
  ["content of no call", sent(frameTypes.data, 0, 1, Buffer.alloc(1)), errorCodes.protocol],
  ["a continuation of nothing", sent(frameTypes.continuation, 0, 1, Buffer.alloc(1)), errorCodes.protocol],
  ["a window of nothing", sent(frameTypes.windowUpdate, 0, 0, Buffer.alloc(4)), errorCodes.protocol],
  [
    "a window without end",
    sent(frameTypes.windowUpdate, 0, 0, Buffer.from([0x7f, 255, 255, 255])),
    errorCodes.flowControl,
  ],
  ["settings that break off", sent(frameTypes.settings, 0, 0, Buffer.alloc(5)), errorCodes.frameSize],
  [
    "more padding than content",
    sent(frameTypes.headers, frameFlags.padded, 1, Buffer.from([9, 1])),
    errorCodes.protocol,
  ],
])("%s ends its connection with the reason, and no other", async (_, bytes, code) => {
  const answer = await exchange([bytes]);
  expect(answer.readUInt32BE(answer.length - 4)).toBe(code);
  await withClient(async (client) => {
    expect(await ask(client, { ":path": "/next" }, Buffer.from("x"))).toEqual(
      echo("/next", Buffer.from("x")),
    );
  });
});

function sent(type: number, flags: number, stream: number, content: Buffer): Buffer {
  return Buffer.concat([preface, frame(type, flags, stream, content)]);
}

// https://www.rfc-editor.org/rfc/rfc7541#appendix-C.4
test("headers are read as in the RFC's examples, in Huffman's code and by what was said before", () => {
  const reader = new HeaderReader();
  const read = (text: string) => Object.fromEntries(reader.read(Buffer.from(text, "hex")));
  const common = { ":method": "GET", ":authority": "www.example.com" };
  expect(read("828684418cf1e3c2e5f23a6ba0ab90f4ff")).toEqual({ ...common, ":scheme": "http", ":path": "/" });
  expect(read("828684be5886a8eb10649cbf")).toEqual({
    ...common,
    ":scheme": "http",
    ":path": "/",
    "cache-control": "no-cache",
  });
  expect(read("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")).toEqual({
    ...common,
    ":scheme": "https",
    ":path": "/index.html",
    "custom-key": "custom-value",
  });
});

test("what is remembered is forgotten when the client says so", () => {
  const reader = new HeaderReader();
  reader.read(Buffer.from([0x40, 1, 97, 1, 98]));
  expect([...reader.read(Buffer.from([0xbe]))]).toEqual([["a", "b"]]);
  reader.read(Buffer.from([0x20]));
  expect(() => reader.read(Buffer.from([0xbe]))).toThrow(HeaderError);
});

test("bytes are read as headers or refused, whatever they are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        new HeaderReader().read(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(HeaderError);
      }
    }),
  );
});

test("headers that this side writes are read as they were", () => {
  const value = fc.stringMatching(/^[ -~]{0,20000}$/);
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z-]{1,200}$/), value), (given) => {
      expect(Object.fromEntries(new HeaderReader().read(encodeHeaders(given)))).toEqual({ ...given });
    }),
    { numRuns: 50 },
  );
});
