/** The site: the pages of docs/, as they are. https://vitepress.dev/reference/site-config */
import { defineConfig } from "vitepress";
import { createSidebar, docs } from "./contents.mts";
import { excludedPages, repository, rewriteLinks } from "./links.mts";

export default defineConfig({
  title: "bitbucket-as-code",
  description: "Bitbucket Cloud workspaces as code",
  srcDir: docs,
  srcExclude: excludedPages,
  rewrites: { "README.md": "index.md", "reference/resources/README.md": "reference/resources/index.md" },
  markdown: { config: rewriteLinks },
  themeConfig: {
    sidebar: createSidebar(),
    outline: [2, 3],
    search: { provider: "local" },
    editLink: { pattern: `${repository}/edit/main/docs/:path`, text: "Edit this page" },
    socialLinks: [{ icon: "github", link: repository }],
  },
});
