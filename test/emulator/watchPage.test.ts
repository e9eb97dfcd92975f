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
  // It needs nothing from elsewhere.
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
