/** The page of the access review in a real browser, from a file, as its reader opens it. */
import type { AccessGrant, AccessReview } from "../../src/review";
import { renderReviewHtml } from "../../src/review/report/html";
import { measureContrast } from "../drift/contrast";
import { usePages } from "../drift/pages";
import { hostile } from "../drift/sample";

jest.setTimeout(120_000);

const pages = usePages("review");

const user = (name: string, isMember = true): AccessGrant["holder"] => ({
  type: "user",
  id: `{${name}}`,
  name,
  isMember,
});

function reviewOf(more: Partial<AccessReview> = {}): AccessReview {
  return {
    version: 1,
    workspace: "acme",
    stack: "acme",
    at: "2026-03-02T12:00:00.000Z",
    seconds: 1.5,
    requests: 12,
    complete: true,
    projects: 1,
    repositories: 2,
    grants: [
      { holder: user("Alice"), level: "workspace", permission: "owner", through: "workspace" },
      {
        holder: user("Bob"),
        level: "project",
        project: "PLAT",
        permission: "write",
        through: "group",
        groups: ["developers"],
        since: "2025-01-31T00:00:00Z",
      },
      {
        holder: user("Lea Left", false),
        level: "repository",
        project: "PLAT",
        repository: "api",
        permission: "admin",
        through: "direct",
        declared: { file: "stacks/acme.yaml", line: 7, until: "2026-04-01" },
        link: "https://bitbucket.org/acme/api/admin/permissions",
      },
      {
        holder: user(hostile),
        level: "repository",
        project: "PLAT",
        repository: "web",
        permission: "read",
        through: "unknown",
      },
    ],
    unread: [],
    ...more,
  };
}

async function open(...args: Parameters<typeof pages.open>) {
  const opened = await pages.open(...args);
  await opened.page.locator(".row").first().waitFor();
  return opened;
}

test("it shows who has which right, through what and since when, and asks the network for nothing", async () => {
  const { page, said } = await open(renderReviewHtml(reviewOf()));
  expect(await page.title()).toBe("Access in acme");
  expect(await page.locator(".verdict").textContent()).toBe("4 rights");
  await page.locator(".row", { hasText: "Lea Left" }).click();
  const detail = page.locator("#detail");
  expect(await detail.textContent()).toMatch(
    /Right to admin.*Who.*Lea Left.*\{Lea Left\}.*Through.*Declared.*stacks\/acme\.yaml:7/s,
  );
  expect(await page.locator(".actions a").getAttribute("href")).toBe(
    "https://bitbucket.org/acme/api/admin/permissions",
  );
  await page.getByRole("button", { name: /group/ }).click();
  await page.locator(".row").click();
  expect(await detail.textContent()).toMatch(/Bob.*developers.*2025-01-31/s);
  // Names are what people write.
  expect(await page.locator("img").count()).toBe(0);
  expect(await page.title()).toBe("Access in acme");
  expect(said).toEqual([]);
});

test("it is read by keyboard alone", async () => {
  const { page, said } = await open(renderReviewHtml(reviewOf()));
  // The worst is first: a right of somebody who is no member.
  expect(await page.locator("#detail").textContent()).toContain("Lea Left");
  await page.keyboard.press("/");
  await page.keyboard.type("bob");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("detail");
  expect(await page.locator("#detail").textContent()).toContain("Right to write");
  expect(said).toEqual([]);
});

test.each(["light", "dark"] as const)("it is readable in %s, and fits 400 pixels", async (colorScheme) => {
  const { page } = await open(renderReviewHtml(reviewOf()), {
    colorScheme,
    viewport: { width: 400, height: 740 },
  });
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBeLessThanOrEqual(400);
  await page.locator(".row").first().click();
  await page.locator("#detail h2").waitFor();
  expect(await width()).toBeLessThanOrEqual(400);
  const { ground, low } = await measureContrast(page);
  expect(low).toEqual([]);
  expect(ground > 0.5).toBe(colorScheme === "light");
});

test("what could not be read is named, and a workspace without rights says so", async () => {
  const unread = [{ repository: "api", part: "users", reason: "403: admin:repository is missing" }];
  const { page } = await open(renderReviewHtml(reviewOf({ complete: false, unread })));
  await page.locator("#banner summary").click();
  expect(await page.locator("#banner li").allInnerTexts()).toEqual([
    expect.stringMatching(/api: users: 403: admin:repository is missing/),
  ]);
  await page.setContent(renderReviewHtml(reviewOf({ grants: [] })));
  expect(await page.locator("#empty").textContent()).toContain("No rights");
});
