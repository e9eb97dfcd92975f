/** The site: the pages of docs/, as they are. https://vitepress.dev/reference/site-config */
import { defineConfig } from "vitepress";
import { createSidebar, docs } from "./contents.mts";
import { anchorOf, excludedPages, isGenerated, repository, rewriteLinks } from "./links.mts";
import { searchOptions } from "./search.mts";

/** A bucket. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 2h14l-2 12H3z" fill="#3451b2"/></svg>',
)}`;

export default defineConfig({
  title: "bitbucket-as-code",
  description: "Bitbucket Cloud workspaces as code",
  lang: "en",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: icon }]],
  srcDir: docs,
  srcExclude: excludedPages,
  rewrites: { "README.md": "index.md", "reference/resources/README.md": "reference/resources/index.md" },
  // Addresses in the text, such as that of a proxy, are not to be opened.
  markdown: { config: rewriteLinks, linkify: false, anchor: { slugify: anchorOf } },
  transformPageData: ({ filePath, frontmatter }) =>
    isGenerated(filePath) ? { frontmatter: { ...frontmatter, editLink: false } } : undefined,
  themeConfig: {
    nav: [
      { text: "Get started", link: "/get-started/install" },
      { text: "Reference", link: "/reference/cli" },
      { text: "Changelog", link: `${repository}/blob/main/CHANGELOG.md` },
    ],
    sidebar: createSidebar(),
    outline: [2, 3],
    search: { provider: "local", options: searchOptions },
    editLink: { pattern: `${repository}/edit/main/docs/:path`, text: "Edit this page" },
    socialLinks: [{ icon: "github", link: repository }],
  },
});
