/** data/operation-scopes.tsv, and its two readers. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operationScopes } from "../../packages/emulator/src/operationScopes";
import { scopeTable } from "../../src/bitbucket/scopeTable";

const root = join(__dirname, "..", "..");
const rows = readFileSync(join(root, "data", "operation-scopes.tsv"), "utf8")
  .split("\n")
  .slice(1, -1);

test("client and emulator read every row of the table", () => {
  expect(rows).toHaveLength(317);
  const byClient = scopeTable.map(({ method, path, granular, legacy }) =>
    [method, path, granular.join(" "), legacy.join(" ")].join("\t"),
  );
  expect(byClient).toEqual(rows);
  const byEmulator = Object.entries(operationScopes).map(([operation, scopes]) =>
    [operation.replace(" ", "\t"), ...scopes].join("\t"),
  );
  expect(byEmulator).toEqual(rows);
});

test("each row has a method, a path, and scopes of the two vocabularies", () => {
  const form =
    /^(GET|PUT|POST|DELETE)\t\/[\w{}./-]+\t((read|write|admin|delete|manage|execute):[a-z-]+:bitbucket( |(?=\t)))*\t([a-z]+(:[a-z]+)?( |$))*$/;
  expect(rows.filter((row) => !form.test(row))).toEqual([]);
});

test("npm run scopes -- <document> --check says that the table is not what another document gives", () => {
  const document = join(mkdtempSync(join(tmpdir(), "scopes-")), "openapi.json");
  const get = {
    security: [{ oauth2: ["account"] }, { basic: [] }],
    "x-atlassian-oauth2-scopes": [
      { state: "Current", scopes: ["read:user:bitbucket"] },
      { state: "Beta", scopes: ["read:me"] },
    ],
  };
  writeFileSync(
    document,
    JSON.stringify({ paths: { "/user": { parameters: [], get }, "/addon": { put: {} } } }),
  );
  const script = join(root, "scripts", "operation-scopes.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, document, "--check"], {
    encoding: "utf8",
  });
  expect([status, stdout, stderr]).toEqual([
    1,
    "1 operations with scopes\n",
    "data/operation-scopes.tsv is out of date: run npm run scopes with the document.\n",
  ]);
});
