/** The scopes that each operation requires, from data/operation-scopes.tsv. A build has a copy beside it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const name = "operation-scopes.tsv";
const built = join(__dirname, name);
const file = existsSync(built) ? built : join(__dirname, "..", "..", "..", "data", name);

/** By `GET /path/{parameter}`: granular scopes, then legacy ones, each separated by spaces. */
export const operationScopes: Readonly<Record<string, readonly [granular: string, legacy: string]>> =
  Object.fromEntries(
    readFileSync(file, "utf8")
      .split("\n")
      .slice(1)
      .filter(Boolean)
      .map((line) => {
        const [method, path, granular = "", legacy = ""] = line.split("\t");
        return [`${method} ${path}`, [granular, legacy]];
      }),
  );
