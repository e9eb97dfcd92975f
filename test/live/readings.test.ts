/** What interrupted readings have read, and the end of it. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ledgerFolder } from "../../src/bitbucket";
import { forgetReadings, ReadJournal, readingFile } from "../../src/live";
import { createClientFrom } from "../../src/provider/clientFrom";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";

let emulator: Emulator;
let home: string;
beforeAll(async () => {
  emulator = await startEmulator();
  home = mkdtempSync(join(tmpdir(), "readings-"));
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await emulator.close();
});

test("the first write of any process forgets what previews have read, a read does not", async () => {
  const env = {
    HOME: home,
    BITBUCKET_API_URL: emulator.url,
    BITBUCKET_EMAIL: exampleTokens.email,
    BITBUCKET_TOKEN: exampleTokens.admin,
  };
  const client = createClientFrom(env, () => undefined);
  const file = readingFile(ledgerFolder(client.baseUrl, client.credentials, env), "reading");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  await client.get("/user");
  expect(existsSync(file)).toBe(true);
  await client.send({
    method: "POST",
    path: "/workspaces/acme/projects",
    body: { key: "READ", name: "Readings" },
  });
  expect(existsSync(file)).toBe(false);
  await client.close();
});

test("a reading that is going on is kept from then on when another command forgets readings", async () => {
  const env = { HOME: home, BITBUCKET_API_URL: emulator.url, BITBUCKET_EMAIL: exampleTokens.email };
  const client = createClientFrom({ ...env, BITBUCKET_TOKEN: exampleTokens.admin }, () => undefined);
  const ledger = ledgerFolder(client.baseUrl, client.credentials, env);
  const file = readingFile(ledger, "going-on");
  const said: string[] = [];
  const journal = new ReadJournal(client, file, { say: (line) => said.push(line) });
  forgetReadings(ledger);
  await journal.get("/user");
  expect(said).toEqual([]);
  expect(new ReadJournal(client, file).resumedAnswers).toBe(1);
  await client.close();
});
