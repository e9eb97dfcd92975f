/** A run's keys are real: GnuPG and OpenSSH accept them. */
import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gpgPublicKey, sshKeyPair, sshPublicKey } from "../../acceptance/keys";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "k-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("GnuPG imports the GPG key, with a good signature of its own", () => {
  const gpg = (args: readonly string[], input?: string) =>
    execFileSync("gpg", ["--homedir", folder, "--batch", "--with-colons", ...args], {
      ...(input === undefined ? {} : { input }),
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "ignore"],
      encoding: "utf8",
    });
  gpg(["--import"], gpgPublicKey("acceptance <acceptance@example.com>"));
  expect(gpg(["--check-signatures"])).toMatch(/^sig:!:.*acceptance <acceptance@example.com>:13/m);
});

test("the pair for builds fits together", () => {
  const { privateKey, publicKey } = sshKeyPair();
  const jwk = createPublicKey(createPrivateKey(privateKey)).export({ format: "jwk" });
  const data = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
  expect(data.subarray(-256).toString("base64url")).toBe(jwk.n);
});

test("every SSH key is another one", () => {
  const [one = "", other] = [sshPublicKey(), sshPublicKey()];
  expect(one).toMatch(/^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(other);
});
