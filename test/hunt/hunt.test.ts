/** The hunt for secrets in everything that the test run leaves: it must detect each way of leaking. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { observe } from "../support/violations";
import { canary } from "./canary";
import { hasProcessList, processList, temporary } from "./places";
import { findSecrets, formsOf } from "./search";
import { noteSecret } from "./secrets";

test("what is leaked on purpose is left for the hunt at the end of the run", async () => {
  noteSecret("the canary", canary);
  execFileSync(process.execPath, ["-e", 'console.log("printed", process.env.C)'], { env: { C: canary } });

  const child = spawn(process.execPath, ["-e", "process.stdin.resume()", "given", canary], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  if (hasProcessList)
    while (!(existsSync(processList) && readFileSync(processList, "utf8").includes(canary)))
      await new Promise((resolve) => setTimeout(resolve, 20));
  child.stdin.end();
  await once(child, "close");

  const folder = mkdtempSync(join(tmpdir(), "canary-"));
  writeFileSync(join(folder, "state.json"), JSON.stringify({ plaintext: canary }));
  rmSync(folder, { recursive: true });
  expect(existsSync(folder)).toBe(false);
  writeFileSync(join(temporary, "canary.txt"), Buffer.from(`alice:${canary}`).toString("base64"));

  observe({
    method: "GET",
    url: `/not/of/the/api?q=${encodeURIComponent(canary)}`,
    requestHeaders: { "user-agent": "bitbucket-as-code" },
    requestBody: Buffer.alloc(0),
    status: 200,
    responseHeaders: {},
    responseBody: Buffer.alloc(0),
  });
});

test("a secret is found however it is written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hunt-"));
  mkdirSync(join(folder, "files"));
  const file = join(folder, "files", "one");
  const secret = fc.string({ minLength: 12, maxLength: 60, unit: "grapheme-ascii" }).filter((text) => {
    const line = text.trim();
    return line.length >= 12;
  });
  const wrappings: ((text: string) => string)[] = [
    (text) => `before ${text} after`,
    (text) => JSON.stringify({ value: text }),
    (text) => `https://example.com/?q=${encodeURIComponent(text)}&x=1`,
    (text) => Buffer.from(`a:${text}`).toString("base64"),
    (text) => Buffer.from(`al:${text}!`).toString("base64"),
    (text) => Buffer.from(`ali:${text}`).toString("base64"),
  ];
  await fc.assert(
    fc.asyncProperty(secret, fc.constantFrom(...wrappings), async (value, wrap) => {
      writeFileSync(file, wrap(value));
      const found = await findSecrets(folder, ["files"], [{ what: "it", value }]);
      expect(found.map(({ file: where, secret: { what } }) => [where, what])).toEqual([["files/one", "it"]]);
      expect(found[0]?.context).not.toContain(value);
    }),
    { numRuns: 60 },
  );
});

test("of a private key, a line is enough; what is too short to tell is not looked for", () => {
  const line = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ";
  expect(formsOf(`-----BEGIN-----\n${line}\n-----END-----\n`)).toContain(line);
  expect(formsOf("short")).toEqual([]);
});
