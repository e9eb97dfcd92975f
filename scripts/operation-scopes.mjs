/**
 * Writes data/operation-scopes.tsv from the API's OpenAPI document (https://api.bitbucket.org/swagger.json,
 * or a copy in OpenAPI 3 format): every operation that it lists scopes for. With `--check`, reports whether
 * the file is out of date.
 *
 *   npm run scopes -- <document> [--check]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), "data", "operation-scopes.tsv");
const methods = ["get", "put", "post", "delete"];

const { values, positionals } = parseArgs({
  options: { check: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [given] = positionals;
if (positionals.length !== 1) {
  console.error("Give the path of the OpenAPI document, and --check to compare without writing.");
  process.exit(2);
}

const { paths } = JSON.parse(readFileSync(given, "utf8"));
const rows = Object.entries(paths).flatMap(([path, item]) =>
  methods
    .filter((method) => method in item)
    .flatMap((method) => row(method.toUpperCase(), path, item[method])),
);
const table = `${["method\tpath\tgranular\tlegacy", ...rows].join("\n")}\n`;

if (!values.check) writeFileSync(file, table);
else if (readFileSync(file, "utf8") !== table) {
  console.error("data/operation-scopes.tsv is out of date: run npm run scopes with the document.");
  process.exitCode = 1;
}
console.log(`${rows.length} operations with scopes`);

/** Granular scopes are for API tokens, legacy ones for access tokens and OAuth. */
function row(method, path, operation) {
  const granular = (operation["x-atlassian-oauth2-scopes"] ?? [])
    .filter(({ state }) => state === "Current")
    .flatMap(({ scopes }) => scopes);
  const legacy = (operation.security ?? []).flatMap(({ oauth2 = [] }) => oauth2);
  if (granular.length + legacy.length === 0) return [];
  return [method, path, joined(granular), joined(legacy)].join("\t");
}

function joined(scopes) {
  return [...new Set(scopes)].join(" ");
}
