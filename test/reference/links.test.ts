/** Links between the documentation's pages have existing targets, and every page is in the table of contents. */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { anchorsIn, pages, readPage, root } from "./support";

function linksIn(page: string): { readonly target: string; readonly anchor: string | undefined }[] {
  return [...readPage(page).matchAll(/\]\((?!https?:|<)([^)\s]+)\)/g)].map(([, link = ""]) => {
    const [path = "", anchor] = link.split("#");
    return { target: path === "" ? page : normalize(join(dirname(page), path)), anchor };
  });
}

test.each(pages)("%s links to existing pages and headings", (page) => {
  const dead = linksIn(page).filter(
    ({ target, anchor }) =>
      !existsSync(join(root, target)) || (anchor !== undefined && !anchorsIn(target).includes(anchor)),
  );
  expect(dead).toEqual([]);
});

test("docs/README.md lists every page once", () => {
  const listed = linksIn("docs/README.md").map(({ target }) => target);
  const own = pages.filter(
    (page) => /^docs\/[^/]+\/[^/]+\.md$/.test(page) || page === "docs/reference/resources/README.md",
  );
  // The introduction names one of them as well.
  expect([...new Set(listed)].sort()).toEqual([...own].sort());
});

test("the README is short", () => {
  expect(readPage("README.md").split("\n").length).toBeLessThanOrEqual(120);
});
