/** Requests through a proxy: which of them use it, and the error if it refuses them. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createSecureServer, type Http2SecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, type Credentials, createClient, proxiesOf, Secret } from "../../src/bitbucket";
import { proxyFor } from "../../src/bitbucket/proxy";
import { downloadEngine } from "../../src/pulumi/binary/download";
import { ConnectProxy } from "../support/connectProxy";

const pem = (name: string) => readFileSync(join(__dirname, "fixtures", `elsewhere.${name}.pem`), "utf8");
const api = "https://api.elsewhere.example/2.0";
const token = { type: "workspace", token: new Secret("token-behind-a-proxy") } as const;

let server: Http2SecureServer;
let seen: string[];
let answers: Record<string, string | Buffer>;
let proxy: ConnectProxy;
const clients: Client[] = [];

beforeEach(async () => {
  seen = [];
  answers = {};
  server = createSecureServer({ key: pem("key"), cert: pem("crt"), allowHTTP1: true });
  server.on("request", (request, response) => {
    const host = request.headers[":authority"] ?? request.headers.host;
    seen.push(`${request.method} ${host}${request.url} ${request.headers.authorization ?? ""}`.trim());
    if (request.url?.endsWith("/elsewhere")) {
      response.writeHead(302, { location: "https://files.elsewhere.example/file" });
      response.end();
      return;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.end(answers[request.url ?? ""] ?? '{"name":"ok","access_token":"fetched-token"}');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  proxy = await ConnectProxy.start((server.address() as AddressInfo).port);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await proxy.close();
  server.close();
});

function client(env: Record<string, string>, credentials: Credentials = token, baseUrl = api): Client {
  const made = createClient({
    credentials,
    baseUrl,
    certificates: pem("crt"),
    proxies: proxiesOf(env),
    sleep: async () => {},
    timeout: 5000,
  });
  clients.push(made);
  return made;
}

test.each(["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"])(
  "%s is asked for a tunnel, and the credential goes through it alone",
  async (name) => {
    expect(await client({ [name]: proxy.url }).get("/user")).toMatchObject({ name: "ok" });
    expect(proxy.tunnels).toEqual([{ target: "api.elsewhere.example:443", login: undefined }]);
    expect(seen).toEqual(["GET api.elsewhere.example/2.0/user Bearer token-behind-a-proxy"]);
  },
);

test("an OAuth consumer's token and a download from another host go through it as well", async () => {
  const oauth = {
    type: "oauth-client",
    clientId: "id",
    clientSecret: new Secret("oauth-secret-value"),
  } as const;
  const one = client({ HTTPS_PROXY: proxy.url.replace("http://", "") }, oauth);
  const opened = await one.open("/elsewhere");
  opened.body.resume();
  expect(seen.map((line) => line.replace(/ Basic .*/, ""))).toEqual([
    "POST api.elsewhere.example/site/oauth2/access_token",
    "GET api.elsewhere.example/2.0/elsewhere Bearer fetched-token",
    "GET files.elsewhere.example/file",
  ]);
  expect(new Set(proxy.targets)).toEqual(
    new Set(["api.elsewhere.example:443", "files.elsewhere.example:443"]),
  );
});

test("an engine is downloaded through it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "proxied-engine-"));
  try {
    await writeFile(join(folder, "pulumi"), "the engine");
    execFileSync("tar", ["-czf", "archive.tar.gz", "--transform", "s,^,pulumi/,", "pulumi"], { cwd: folder });
    const archive = await readFile(join(folder, "archive.tar.gz"));
    const sum = createHash("sha256").update(archive).digest("hex");
    for (const system of ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"])
      answers[`/releases/sdk/pulumi-v3.0.0-${system}.tar.gz`] = archive;
    answers["/releases/sdk/pulumi-3.0.0-checksums.txt"] = [
      "linux-x64",
      "linux-arm64",
      "darwin-x64",
      "darwin-arm64",
    ]
      .map((system) => `${sum}  pulumi-v3.0.0-${system}.tar.gz`)
      .join("\n");
    const env = { HTTPS_PROXY: proxy.url };
    await downloadEngine(
      { folder: join(folder, "made"), version: "3.0.0", env, report: () => {} },
      pem("crt"),
    );
    expect(await readFile(join(folder, "made", "pulumi"), "utf8")).toBe("the engine");
    expect(new Set(proxy.targets)).toEqual(new Set(["get.pulumi.com:443"]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a login is sent to the proxy, and shown to nobody", async () => {
  await proxy.close();
  proxy = await ConnectProxy.start((server.address() as AddressInfo).port, "jo:proxy-password");
  const env = { HTTPS_PROXY: proxy.url.replace("//", "//jo:proxy-password@") };
  const one = client(env);
  await one.get("/user");
  expect(proxy.tunnels[0]?.login).toBe("jo:proxy-password");
  expect(one.proxy?.shown).toBe(proxy.url);

  const refused = await client({ HTTPS_PROXY: env.HTTPS_PROXY.replace("proxy-password", "wrong-password") })
    .get("/user")
    .catch((error: Error) => error.message);
  expect(refused).toMatch(
    new RegExp(`The proxy ${proxy.url} rejects requests to api.elsewhere.example: it responds with 407`),
  );
  expect(refused).toMatch(/requires a login/);
  expect(refused).not.toMatch(/proxy-password|wrong-password/);
});

test("a proxy that is not there is named", async () => {
  await proxy.close();
  await expect(client({ https_proxy: proxy.url }).get("/user")).rejects.toThrow(
    new RegExp(
      `no response from api.elsewhere.example, through the proxy ${proxy.url}: ECONNREFUSED.*NO_PROXY`,
    ),
  );
  proxy = await ConnectProxy.start(0);
});

test("this machine's own addresses are never asked through a proxy", async () => {
  const { port } = server.address() as AddressInfo;
  for (const host of ["localhost", "127.0.0.1"]) {
    const one = client({ HTTPS_PROXY: proxy.url }, token, `https://${host}:${port}/2.0`);
    // It was reached: its certificate is for another name.
    await expect(one.get("/user")).rejects.toThrow(/certificate/);
    expect(one.proxy).toBeUndefined();
  }
  expect(proxy.tunnels).toEqual([]);
});

const through = (address: string, no: string, name = "NO_PROXY") =>
  proxyFor(address, proxiesOf({ HTTPS_PROXY: "http://proxy:1", HTTP_PROXY: "http://plain:2", [name]: no }))
    ?.shown;

test.each([
  ["a host", "api.bitbucket.org", false],
  ["a domain", "bitbucket.org", false],
  ["a domain with a dot", ".bitbucket.org", false],
  ["a wildcard", "x.example, *.bitbucket.org", false],
  ["everything", "x.example *", false],
  ["the port", "api.bitbucket.org:443", false],
  ["another port", "api.bitbucket.org:8443", true],
  ["the end of a name", "ucket.org", true],
  ["another host", "other.example", true],
  ["nothing", "", true],
])("NO_PROXY with %s", async (_what, no, proxied) => {
  for (const name of ["NO_PROXY", "no_proxy"]) {
    const [, host = ""] = api.match(/\/\/([^/]+)/) ?? [];
    const shown = through("https://api.bitbucket.org/2.0", no, name);
    expect(shown).toBe(proxied ? "http://proxy:1" : undefined);
    if (!proxied) continue;
    // The agent that sends requests decides alike.
    await client({ HTTPS_PROXY: proxy.url, [name]: no.replaceAll("api.bitbucket.org", host) }).get("/user");
    expect(proxy.targets.length).toBeGreaterThan(0);
  }
});

test.each(["2001:db8::7", "[2001:DB8:0::7]", "[2001:db8::7]:443"])("IPv6 in NO_PROXY: %s", (entry) => {
  expect(through("https://[2001:db8::7]/2.0", entry)).toBeUndefined();
  expect(through("https://[2001:db8::8]/2.0", entry)).toBe("http://proxy:1");
});

test("the agent that sends knows IPv6 addresses in NO_PROXY, however they are written", async () => {
  const { port } = server.address() as AddressInfo;
  // This machine's own address, as an IPv6 one.
  const mapped = "::ffff:127.0.0.1";
  const at = `https://[${mapped}]:${port}/2.0`;
  for (const entry of [mapped, `[${mapped}]`, `[::FFFF:7f00:1]:${port}`])
    await expect(client({ HTTPS_PROXY: proxy.url, NO_PROXY: entry }, token, at).get("/user")).rejects.toThrow(
      /certificate/,
    );
  expect(proxy.tunnels).toEqual([]);
  await expect(client({ HTTPS_PROXY: proxy.url }, token, at).get("/user")).rejects.toThrow(/certificate/);
  expect(new Set(proxy.targets)).toEqual(new Set([`[::ffff:7f00:1]:${port}`]));
});

test("what is no address of a proxy is refused by the name of its variable, and not shown", () => {
  for (const text of ["ftp://jo:hidden-word@proxy", "http://", "://hidden-word"])
    expect(() => proxiesOf({ https_proxy: text })).toThrow(
      /^https_proxy is not the URL of a proxy, such as (?!.*hidden-word)/,
    );
  expect(proxiesOf({ HTTPS_PROXY: "" }).https).toBeUndefined();
});
