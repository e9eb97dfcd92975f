/**
 * Runs a program that only supports https://api.bitbucket.org against an emulator:
 *
 *   node scripts/as-bitbucket-org.mjs http://127.0.0.1:7990 terraform apply
 *
 * Runs as a proxy for the program (HTTPS_PROXY, HTTP_PROXY), with a certificate of its own authority that
 * only this program trusts (SSL_CERT_FILE, and the variables of Node, Python, curl and git). Nothing leaves
 * it: requests to other hosts, or without TLS, are refused. Links in the emulator's responses are https://
 * too, because X-Forwarded-Proto and X-Forwarded-Host pass on what the program requested. Requires openssl.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request as send } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

const hosts = ["api.bitbucket.org", "bitbucket.org"];
const [target, command, ...args] = process.argv.slice(2);
if (!target || !URL.canParse(target) || !command) {
  process.stderr.write("Give the emulator's address and a command: http://127.0.0.1:7990 terraform plan\n");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "as-bitbucket-org-"));
const file = (name) => join(folder, name);
try {
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=Emulated Bitbucket"],
      ...["-keyout", file("key.pem"), "-out", file("certificate.pem")],
      ...["-addext", `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`],
    ],
    { stdio: "ignore" },
  );
  process.exitCode = await run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  const { hostname, port } = new URL(target);
  const secure = createSecureServer(
    { key: readFileSync(file("key.pem")), cert: readFileSync(file("certificate.pem")) },
    (request, response) => {
      const { method, url: path } = request;
      const headers = {
        ...request.headers,
        "x-emulator-proxy": "as-bitbucket-org",
        "x-forwarded-proto": "https",
        "x-forwarded-host": request.headers.host,
      };
      const onward = send({ hostname, port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    },
  );
  const proxy = createServer((_request, response) => response.writeHead(403).end("HTTPS only\n"));
  proxy.on("connect", (request, socket) => {
    if (!hosts.some((host) => request.url === `${host}:443`)) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    socket.on("error", () => socket.destroy());
    secure.emit("connection", socket);
  });
  await new Promise((done) => proxy.listen(0, "127.0.0.1", done));
  const address = `http://127.0.0.1:${proxy.address().port}`;
  const child = spawn(command, args, {
    stdio: "inherit",
    env: {
      ...process.env,
      ...Object.fromEntries(
        ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((name) => [
          [name, address],
          [name.toLowerCase(), address],
        ]),
      ),
      // Nothing bypasses the proxy.
      NO_PROXY: "",
      no_proxy: "",
      ...Object.fromEntries(
        [
          "SSL_CERT_FILE",
          "NODE_EXTRA_CA_CERTS",
          "REQUESTS_CA_BUNDLE",
          "CURL_CA_BUNDLE",
          "GIT_SSL_CAINFO",
        ].map((name) => [name, file("certificate.pem")]),
      ),
    },
  });
  const code = await new Promise((done) => {
    child.on("error", (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      done(127);
    });
    child.on("exit", (exitCode) => done(exitCode ?? 1));
  });
  proxy.close();
  proxy.closeAllConnections();
  return code;
}
