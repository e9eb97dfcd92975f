/**
 * The template of a request's path, without anything that identifies a live object: only the API's own words
 * stay.
 */
import { scopeTable } from "../src/bitbucket/scopeTable";

/** The words in the paths of all operations of the API. */
const words = new Set([
  ...scopeTable.flatMap(({ path }) => path.split("/").filter((part) => part !== "" && !part.startsWith("{"))),
  // Fixed names in the requests of probes.
  "HEAD",
]);

/** @param path With or without a query. Example: `/repositories/{}/{}/hooks/{}`. */
export function templateOf(path: string): string {
  const parts = path.split("?")[0]?.split("/").filter(Boolean) ?? [];
  const shown = parts.map((part, index) => (words.has(part) && !isName(parts, index) ? part : "{}"));
  // A file's path, or a branch's name with slashes.
  return `/${shown.join("/")}`.replace(/(\/\{\}){3,}/g, "/{}/{}");
}

/** The positions at which a name can equal a word of the API. */
function isName(parts: readonly string[], index: number): boolean {
  if (parts[0] === "repositories") return index === 1 || index === 2 || (parts[3] === "src" && index > 4);
  return parts[0] === "workspaces" && index === 1;
}
