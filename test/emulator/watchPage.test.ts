/** The page at `/`, in a real Chromium. */
import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumPath } from "../drift/support";
import { exampleTokens } from "../support/emulator";
import { asking, bearer, repository, start } from "./support";

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
}, 120_000);
afterAll(() => browser?.close());
beforeEach(async () => {
  page = await browser.newPage();
}, 60_000);
afterEach(() => page?.close());

test("shows the workspace, the requests and the budget, and follows what happens", async () => {
  const { emulator, alice } = await start({ requestsPerHour: 100 });
  await page.goto(`${emulator.origin}/`);
  const acme = page.locator('[data-workspace="acme"]');
  await acme.getByText("No repositories yet.").waitFor();
  expect((await acme.allInnerTexts()).join()).toContain("Alice Archer (owner), Bob Builder");
  await repository(alice, "api", true);
  await asking(emulator, bearer("wrong"))("GET", "/repositories/acme");
  await acme.getByRole("cell", { name: "api", exact: true }).waitFor();
  await page.getByText("POST /repositories/acme/api/src").waitFor();
  const text = (await page.locator("body").allInnerTexts()).join();
  expect(text).toContain(`API at ${emulator.url}`);
  expect(text).toContain("alice, api: 2 of 100 in the last hour, 98 left");
  expect(text).toMatch(/none\s+GET \/repositories\/acme\s+401/);
  expect(text).not.toContain(exampleTokens.admin);
}, 120_000);

test("names and paths are text, whatever they hold, and no script of theirs runs", async () => {
  const { emulator, alice } = await start();
  const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  await alice("POST", "/workspaces/acme/projects", { key: "EVIL", name: evil });
  await alice("GET", `/repositories/acme?q=${evil}`);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).origin));
  await page.goto(`${emulator.origin}/`);
  await page.getByText("Projects: EVIL").waitFor();
  expect((await page.locator("body").allInnerTexts()).join()).toContain(`EVIL ${evil}`);
  expect(await page.locator("main img, main script").count()).toBe(0);
  expect(await page.title()).toBe("Bitbucket emulator");
  // It loads nothing from elsewhere.
  expect(new Set(asked)).toEqual(new Set([emulator.origin]));
}, 120_000);

test("says so when the emulator is gone", async () => {
  const { emulator } = await start();
  await page.goto(`${emulator.origin}/`);
  await page.getByText("live", { exact: true }).waitFor();
  await emulator.close();
  await page.getByText("the emulator does not answer").waitFor();
}, 120_000);

test.each(["light", "dark"] as const)(
  "can be read in a %s scheme, on a small screen too",
  async (scheme) => {
    const { emulator, alice } = await start();
    await repository(alice);
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 380, height: 800 });
    await page.goto(`${emulator.origin}/`);
    await page.getByRole("cell", { name: "api", exact: true }).waitFor();
    const colors: string = await page.evaluate(
      "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color",
    );
    const [back = 0, front = 0] = [...colors.matchAll(/\((\d+), (\d+), (\d+)\)/g)].map(([, ...parts]) =>
      parts.reduce((sum, part) => sum + Number(part), 0),
    );
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    if (scheme === "light") expect(back - front).toBeGreaterThan(400);
    else expect(back - front).toBeLessThan(-400);
    expect(overflow).toBeLessThanOrEqual(0);
    if (process.env.SCREENSHOTS)
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/emulator-${scheme}.png` });
  },
  120_000,
);

test.each([1280, 400])(
  "shows every column at a width of %i, and nothing beyond its edge",
  async (width) => {
    const { emulator } = await start({ seed: "example" });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${emulator.origin}/`);
    const row = page
      .getByRole("row")
      .filter({ has: page.getByRole("cell", { name: "gateway", exact: true }) });
    await row.waitFor();
    const cells = await row.getByRole("cell").all();
    expect(cells).toHaveLength(9);
    for (const cell of cells) {
      const box = await cell.boundingBox();
      expect([box !== null, (box?.x ?? -1) >= 0, (box?.x ?? 0) + (box?.width ?? width) <= width]).toEqual([
        true,
        true,
        true,
      ]);
    }
    // If there is no room for a head, each value is preceded by the column's name.
    const label = await page.evaluate(
      "getComputedStyle(document.querySelector('tbody tr').children[4], '::before').content",
    );
    if (width < 720) expect(label).toBe('"Webhooks "');
    else expect(await page.getByRole("columnheader", { name: "Webhooks" }).first().isVisible()).toBe(true);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    if (process.env.SCREENSHOTS)
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/emulator-${width}.png`, fullPage: true });
  },
  120_000,
);

test("requests are decoded and one line each, with the rest on a click, which stays open", async () => {
  const { emulator, alice } = await start({ seed: "example" });
  const fields = "values.uuid,values.links.clone.href,values.project.key,values.mainbranch.name,next";
  await alice("GET", `/repositories/acme?q=${encodeURIComponent('name ~ "gate"')}&fields=${fields}`);
  await page.setViewportSize({ width: 400, height: 900 });
  await page.goto(`${emulator.origin}/`);
  const request = page.locator("details").first();
  await request.getByText('GET /repositories/acme?q=name ~ "gate"').waitFor();
  const height = async () => (await request.locator("summary").boundingBox())?.height ?? 0;
  expect(await height()).toBeLessThan(36);
  expect(await request.locator("dl").isVisible()).toBe(false);
  await request.locator("summary").click();
  expect((await request.locator("dl").allInnerTexts()).join()).toMatch(
    /Credential\s+alice[\s\S]*q\s+name ~ "gate"\s+fields\s+values\.uuid[\s\S]*As sent\s+\/repositories\/acme\?q=name%20~/,
  );
  // Another request arrives: an open row stays open, one position further down.
  await alice("GET", "/repositories/acme/handbook");
  await page.locator("details").nth(1).locator("dl").waitFor();
  expect(await page.locator("details[open]").count()).toBe(1);
  if (process.env.SCREENSHOTS)
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/emulator-requests.png`, fullPage: true });
}, 120_000);
