/**
 * As much of HashiCorp's Vault as the engine asks for the key of a stack: the engine takes a quarter of a second of CPU time to
 * make one of a passphrase, in every command. Encrypts nothing. usage: node vault.mjs <pid of the parent>
 *
 * https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
import { createServer } from "node:http";

const parent = Number(process.argv[2]);
const prefix = "vault:v1:";

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const { plaintext, ciphertext } = JSON.parse(Buffer.concat(parts).toString());
  const data = request.url.startsWith("/v1/transit/encrypt/")
    ? { ciphertext: `${prefix}${plaintext}` }
    : { plaintext: ciphertext.slice(prefix.length) };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ data }));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));

setInterval(() => {
  try {
    process.kill(parent, 0);
  } catch {
    process.exit();
  }
}, 1000);
