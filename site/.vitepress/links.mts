/** Links of the pages, which are written for GitHub, as the site needs them. */
import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { docs } from "./contents.mts";

export const repository = "https://github.com/bitbucket-as-code/bitbucket-as-code";

/** Pages that other sites publish. They are in docs/, and not on this site. */
export const excludedPages = ["registry/**"];

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
