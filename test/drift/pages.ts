/** Pages of reports in a real browser, opened from a file, as their readers do. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromiumPath } from "./support";

export interface OpenedPage {
  readonly page: Page;
  /** What it printed to the console, threw, or asked the network for. */
  readonly said: readonly string[];
}

/**
 * Starts a browser for the tests of a file, and closes each page after its test.
 *
 * @param name Of the file that a page is opened from.
 */
export function usePages(name: string) {
  const opened: Page[] = [];
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), `${name}-page-`));
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.close();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const newPage = async (options: BrowserContextOptions = {}) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    opened.push(page);
    return page;
  };
  return {
    newPage,
    async open(html: string, options: BrowserContextOptions = {}, hash = ""): Promise<OpenedPage> {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, html);
      const page = await newPage(options);
      const said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(error.message));
      page.on("request", (request) => {
        if (!/^(file|data):/.test(request.url())) said.push(request.url());
      });
      await page.goto(pathToFileURL(file).href + hash);
      return { page, said };
    },
  };
}
