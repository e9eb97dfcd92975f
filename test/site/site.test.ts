/** The documentation's website, as `npm run docs:site` builds it, in a real browser. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumPath } from "../drift/support";
import { pages as sources } from "../reference/support";
import { type FileServer, serveFiles } from "./serve";

jest.setTimeout(300_000);

const root = resolve(__dirname, "..", "..");
const repository = "https://github.com/bitbucket-as-code/bitbucket-as-code";

/** A page, as it is in the browser. */
interface Visit {
  readonly path: string;
  readonly title: string;
  /** The ids of its elements. */
  readonly ids: ReadonlySet<string>;
  /** The whole addresses of its links. */
  readonly links: readonly string[];
  /** Pictures that do not show. */
  readonly broken: readonly string[];
  /** Code that is not in sight on a narrow screen, and the page itself if it is wider than the screen. */
  readonly cut: readonly string[];
}

let folder: string;
let server: FileServer;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "site-"));
  const vitepress = join(root, "node_modules", "vitepress", "bin", "vitepress.js");
  await promisify(execFile)(process.execPath, [vitepress, "build", join(root, "site"), "--outDir", folder]);
  server = await serveFiles(folder);
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

let context: BrowserContext;
let page: Page;
/** What the page has said, or asked of other hosts. */
let complaints: string[];
async function open(options: Parameters<Browser["newContext"]>[0], path = "/"): Promise<void> {
  context = await browser.newContext(options);
  page = await context.newPage();
  complaints = [];
  page.on("console", (message) => complaints.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url)) complaints.push(request.url());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  await load(path);
}
afterEach(() => context?.close());

/** Loads a page, until its program runs. */
async function load(path: string): Promise<void> {
  await page.goto(server.url + path);
  await page.waitForFunction(() => "__vue_app__" in (document.querySelector("#app") ?? {}));
}

/** Follows a link to another page without loading it anew, as a click does. */
async function follow(path: string): Promise<void> {
  const before = await page.locator(".vp-doc").textContent();
  await page
    .locator(`a[href="${path}"]`)
    .first()
    .evaluate((link: HTMLElement) => link.click());
  await page.waitForFunction(
    ([to, text]) => location.pathname === to && document.querySelector(".vp-doc")?.textContent !== text,
    [path, before],
  );
}

async function look(): Promise<Visit> {
  const found = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const name = (element: Element) => (element.textContent ?? "").trim().split("\n")[0] ?? "";
    return {
      path: location.pathname,
      title: document.querySelector("h1")?.textContent ?? "",
      ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
      links: [...document.querySelectorAll("a[href]")].map((link) => (link as HTMLAnchorElement).href),
      broken: [...document.querySelectorAll("img")]
        .filter(({ complete, naturalWidth }) => complete && naturalWidth === 0)
        .map(({ src }) => src),
      cut: [
        ...[...document.querySelectorAll(".vp-doc pre")]
          .filter((pre) => pre.scrollWidth > pre.clientWidth || pre.getBoundingClientRect().right > width)
          .map(name),
        ...(document.documentElement.scrollWidth > width ? ["the page"] : []),
      ],
    };
  });
  return { ...found, ids: new Set(found.ids) };
}

/** Where a page of docs/ is on the site. */
function pathOf(source: string): string {
  return source
    .replace(/^docs/, "")
    .replace(/README\.md$/, "")
    .replace(/\.md$/, ".html");
}

const expected = sources.filter((source) => source.startsWith("docs/")).map(pathOf);

describe("on a screen of 400 pixels", () => {
  const visits = new Map<string, Visit>();
  beforeAll(async () => {
    await open({ viewport: { width: 400, height: 800 } });
    const waiting = ["/"];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (visits.has(path)) continue;
      // The sidebar of every page leads to every other one.
      if (path !== new URL(page.url()).pathname) await follow(path);
      const visit = await look();
      visits.set(path, visit);
      for (const link of visit.links) {
        const { origin, pathname } = new URL(link);
        if (origin === server.url && !visits.has(pathname)) waiting.push(pathname);
      }
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  test("links lead to every page, and each shows its title and its pictures", () => {
    expect([...visits.keys()].sort()).toEqual([...expected].sort());
    expect([...visits.values()].filter(({ title }) => title === "")).toEqual([]);
    expect([...visits.values()].flatMap(({ broken }) => broken)).toEqual([]);
  });

  test("every link in the site leads to a page, and to a heading on it", () => {
    const dead = [...visits.values()].flatMap(({ path, links }) =>
      links
        .map((link) => new URL(link))
        .filter(({ origin, pathname, hash }) => {
          if (origin !== server.url) return false;
          const target = visits.get(pathname);
          return !target || (hash !== "" && !target.ids.has(decodeURIComponent(hash.slice(1))));
        })
        .map((link) => `${path}: ${link.pathname}${link.hash}`),
    );
    expect(dead).toEqual([]);
  });

  test("every link to the repository leads to a file in it, and each page that is written by hand can be edited", () => {
    const targets = [...visits.values()].flatMap(({ links }) =>
      links.flatMap((link) => link.match(`^${repository}/(blob|edit)/main/([^#]+)`)?.slice(1) ?? []),
    );
    const paths = targets.filter((_, index) => index % 2 === 1);
    expect([...new Set(paths)].filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const editable = [...visits.values()].filter(({ links }) =>
      links.some((link) => link.includes("/edit/main/")),
    );
    expect(editable.map(({ path }) => path)).toEqual(expect.arrayContaining(["/", "/how-to/rename.html"]));
    expect(editable.map(({ path }) => path)).not.toContain("/reference/cli.html");
  });

  test("no block of code is cut off, and no page is wider than the screen", () => {
    expect([...visits.values()].flatMap(({ path, cut }) => cut.map((what) => `${path}: ${what}`))).toEqual(
      [],
    );
  });
});

test.each(["/", "/get-started/quickstart-yaml.html", "/reference/cli.html", "/explanation/glossary.html"])(
  "%s is the same page before and after its program runs",
  async (path) => {
    const response = await fetch(server.url + path);
    await open({ viewport: { width: 1280, height: 800 } }, path);
    const before = await page.evaluate(
      (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".vp-doc")?.textContent,
      await response.text(),
    );
    expect(await page.locator(".vp-doc").textContent()).toBe(before);
    expect(complaints).toEqual([]);
  },
);

test("the search finds the right page for what people look for", async () => {
  const wanted = {
    "rate limit": "/explanation/rate-limits.html",
    "app password": "/how-to/move-from-app-passwords.html",
    "403": "/how-to/troubleshoot-403.html",
    proxy: "/how-to/behind-a-proxy.html",
    rename: "/how-to/rename.html",
    "deploy key": "/reference/resources/DeployKey.html",
    shards: "/how-to/shards.html",
    import: "/get-started/import.html",
    secrets: "/how-to/secrets.html",
    "plan file": "/how-to/plan-files.html",
    configuration: "/reference/configuration.html",
    terraform: "/how-to/move-from-terraform.html",
    "drift report": "/how-to/drift-reports.html",
    "exit codes": "/reference/exit-codes.html",
  };
  await open({ viewport: { width: 1280, height: 800 } });
  await page.locator("#local-search button").click();
  const first = page.locator("#localsearch-list a").first();
  const found: Record<string, string | null | undefined> = {};
  for (const [term, path] of Object.entries(wanted)) {
    await page.locator("#localsearch-input").fill(term);
    // Results come a moment after the last letter.
    await page
      .waitForFunction(
        (start) => document.querySelector("#localsearch-list a")?.getAttribute("href")?.startsWith(start),
        path,
        { timeout: 5_000 },
      )
      .catch(() => undefined);
    found[term] = (await first.getAttribute("href", { timeout: 1_000 }))?.replace(/#.*/, "");
  }
  expect(found).toEqual(wanted);
  await first.click();
  await page.waitForURL("**/reference/exit-codes.html*");
  expect(complaints).toEqual([]);
});

test("it is dark or light as the system is, until somebody chooses", async () => {
  const isDark = () => page.evaluate(() => document.documentElement.classList.contains("dark"));
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await open({ colorScheme: "light", viewport: { width: 1280, height: 800 } });
  expect(await isDark()).toBe(false);
  const light = await background();
  await page.locator(".VPSwitchAppearance").first().click();
  expect(await isDark()).toBe(true);
  expect(await background()).not.toBe(light);
  await load("/how-to/rename.html");
  expect(await isDark()).toBe(true);
  await context.close();
  await open({ colorScheme: "dark", viewport: { width: 1280, height: 800 } });
  expect(await isDark()).toBe(true);
});
