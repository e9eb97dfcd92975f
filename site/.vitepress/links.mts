/** Links of the pages, which are written for GitHub, as the site needs them. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { docs } from "./contents.mts";

export const repository = "https://github.com/bitbucket-as-code/bitbucket-as-code";

/** Pages that other sites publish. They are in docs/, and not on this site. */
export const excludedPages = ["registry/**"];

/** The anchor of a heading, as GitHub makes it: the pages' links are written for it. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/** Whether a command writes the page: an edit would be lost. */
export function isGenerated(page: string): boolean {
  return /^(<!-- )?(Generated|Written) (from|by) /m.test(
    readFileSync(join(docs, page), "utf8").slice(0, 300),
  );
}

/** Lets links to files outside of docs/ lead to GitHub, and links to a README to its folder. */
export function rewriteLinks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("repository-links", ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.attrGet("href");
      if (token.type === "link_open" && href && typeof env.path === "string")
        token.attrSet("href", targetOf(env.path, href));
    }
  });
}

function targetOf(page: string, href: string): string {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [path = "", fragment] = href.split("#");
  const file = resolve(dirname(page), path);
  const hash = fragment === undefined ? "" : `#${fragment}`;
  const fromRoot = relative(dirname(docs), file);
  if (!fromRoot.startsWith("docs/") && existsSync(file)) return `${repository}/blob/main/${fromRoot}${hash}`;
  return `${path.replace(/(^|\/)README\.md$/, "$1index.md")}${hash}`;
}
