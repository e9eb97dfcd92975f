/** The table of contents: docs/README.md has it for readers on GitHub, and the sidebar is made from it. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const docs = resolve(import.meta.dirname, "..", "..", "docs");

interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly SidebarItem[];
}

/** One section for each heading of the second level, one item for each link in the list below it. */
export function createSidebar(): SidebarItem[] {
  const sections = readFileSync(join(docs, "README.md"), "utf8").split(/^## /m).slice(1);
  return sections.map((section) => {
    const [heading = ""] = section.split("\n");
    const links = [...section.matchAll(/^- \[([^\]]+)\]\(([^)]+)\)/gm)];
    return {
      text: heading,
      collapsed: false,
      items: links.map(([, text = "", target = ""]) =>
        target === "reference/resources/README.md"
          ? { text, link: "/reference/resources/", collapsed: true, items: resourceTypes() }
          : { text, link: `/${target.replace(/\.md$/, "")}` },
      ),
    };
  });
}

function resourceTypes(): SidebarItem[] {
  return readdirSync(join(docs, "reference/resources"))
    .filter((name) => name !== "README.md")
    .map((name) => name.replace(/\.md$/, ""))
    .sort()
    .map((name) => ({ text: name, link: `/reference/resources/${name}` }));
}
