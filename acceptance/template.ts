/** A request's path without anything that names a live object: only the API's own words stay. */
import { scopeTable } from "../src/bitbucket/scopeTable";

/** The words in the paths of all operations of the API. */
const words = new Set([
  ...scopeTable.flatMap(({ path }) => path.split("/").filter((part) => part !== "" && !part.startsWith("{"))),
  // What probes ask for by a fixed name.
  "HEAD",
]);

/** @param path With or without a query. Example: `/repositories/{}/{}/hooks/{}`. */
export function templateOf(path: string): string {
  const parts = path.split("?")[0]?.split("/").filter(Boolean) ?? [];
  const shown = parts.map((part, index) => (words.has(part) && !isName(parts, index) ? part : "{}"));
  // A path of a file, or a branch's name with slashes in it.
  return `/${shown.join("/")}`.replace(/(\/\{\}){3,}/g, "/{}/{}");
}

/** The places where a name can be the same as a word of the API. */
function isName(parts: readonly string[], index: number): boolean {
  if (parts[0] === "repositories") return index === 1 || index === 2 || (parts[3] === "src" && index > 4);
  return parts[0] === "workspaces" && index === 1;
}
