/** Exchanges are observed on the wire, over HTTP/1.1 and HTTP/2, with compressed bodies. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createSecureServer, type Http2SecureServer } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Exchange, observe } from "../../acceptance/observe";
import { createClient, Secret } from "../../src/bitbucket";

const fixtures = join(__dirname, "..", "bitbucket", "fixtures");
const pem = (name: string) => readFileSync(join(fixtures, `localhost.${name}.pem`), "utf8");

const headers = {
  "content-type": "application/json",
  "content-encoding": "gzip",
  "x-credential-type": "api_token",
};
const body = gzipSync(JSON.stringify({ uuid: "{1}", name: "x" }));

function http1(): { server: Server; scheme: string } {
  const server = createServer((_request, response) => response.writeHead(201, headers).end(body));
  return { server, scheme: "http://127.0.0.1" };
}

function http2(): { server: Http2SecureServer; scheme: string } {
  const server = createSecureServer({ cert: pem("crt"), key: pem("key") });
  server.on("stream", (stream) => {
    stream.respond({ ":status": 201, ...headers });
    stream.end(body);
  });
  return { server, scheme: "https://localhost" };
}

test.each([
  ["HTTP/1.1", http1],
  ["HTTP/2", http2],
])("%s", async (_name, start) => {
  const { server, scheme } = start();
  await new Promise<void>((done) => server.listen(0, done));
  const baseUrl = `${scheme}:${(server.address() as AddressInfo).port}/2.0`;
  const seen: Exchange[] = [];
  const watching = observe(baseUrl, (exchange) => seen.push(exchange));
  const client = createClient({
    credentials: { type: "workspace", token: new Secret("a token of this test") },
    baseUrl,
    certificates: pem("crt"),
  });
  await client.send({ method: "POST", path: "/repositories/acme/api/hooks", body: { url: "x" } });
  watching.stop();
  await client.send({ method: "GET", path: "/user" });
  await client.close();
  server.close();
  expect(seen).toEqual([
    {
      method: "POST",
      template: "/repositories/{}/{}/hooks",
      status: 201,
      headers: expect.objectContaining(headers),
      body: { uuid: "{1}", name: "x" },
    },
  ]);
});
