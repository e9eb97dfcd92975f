/** The documentation's pages, and the blocks of code in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(__dirname, "..", "..");

/** Every page of the documentation, by its path. The pages of Pulumi's registry have a syntax of their own. */
export const pages: readonly string[] = [
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("registry"))
    .map((name) => join("docs", name))
    .sort(),
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
];

export function readPage(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

/** The blocks of code in one of the languages, without the indentation of the list that they are in. */
export function blocksIn(page: string, ...languages: readonly string[]): string[] {
  const fence = new RegExp(`^([ ]*)\`\`\`(?:${languages.join("|")})\\n([\\s\\S]*?)^[ ]*\`\`\`$`, "gm");
  return [...readPage(page).matchAll(fence)].map(([, indent = "", text = ""]) =>
    text.replace(new RegExp(`^${indent}`, "gm"), ""),
  );
}

/** The text of a page without its code. */
export function proseIn(page: string): string {
  return readPage(page)
    .replace(/^[ ]*```[\s\S]*?^[ ]*```$/gm, "")
    .replace(/`[^`\n]*`/g, "");
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsIn(page: string): string[] {
  return [...readPage(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
