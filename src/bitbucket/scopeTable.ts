/**
 * The scopes of every operation, from data/operation-scopes.tsv, which `npm run scopes` generates from the
 * API's document.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A row of the table. */
export interface OperationScopes {
  readonly method: string;
  /** With placeholders: `/repositories/{workspace}`. */
  readonly path: string;
  /** For a user's API token: `read:repository:bitbucket`. All of them are required; none implies another. */
  readonly granular: readonly string[];
  /** For access tokens and OAuth: `repository:admin`. */
  readonly legacy: readonly string[];
}

const file = join(__dirname, "..", "..", "data", "operation-scopes.tsv");

/** In the order of the document. */
export const scopeTable: readonly OperationScopes[] = readFileSync(file, "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [method = "", path = "", granular = "", legacy = ""] = line.split("\t");
    return { method, path, granular: words(granular), legacy: words(legacy) };
  });

function words(text: string): string[] {
  return text.split(" ").filter(Boolean);
}
