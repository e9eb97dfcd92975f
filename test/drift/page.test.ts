/** The page in a real browser, from a file, as its reader opens it. */
import type { Page } from "playwright-core";
import { renderHtmlReport } from "../../src/drift/page/html";
import { renderJunitReport } from "../../src/drift/report/junit";
import { measureContrast } from "./contrast";
import { usePages } from "./pages";
import { hostile, hostileFinding, sampleReport } from "./sample";

jest.setTimeout(120_000);

const { open, newPage } = usePages("drift");

const rows = (page: Page) => page.locator(".row");
const count = async (page: Page) => (await page.locator("#count").textContent()) ?? "";

test("it shows every finding from a file, asks the network for nothing, and its policy lets it", async () => {
  const { page, said } = await open(renderHtmlReport(sampleReport(30)));
  await rows(page).first().waitFor();
  expect(await page.title()).toBe("Drift of acme");
  expect(await count(page)).toBe("30 findings");
  expect(await page.locator(".tile b").allInnerTexts()).toEqual(["5", "5", "5", "5", "5", "5", "60"]);
  expect(said).toEqual([]);
});

test("a tile, a severity, a project, a repository, a kind and a search narrow it, and come off again", async () => {
  const { page } = await open(renderHtmlReport(sampleReport(300)));
  await page
    .getByRole("button", { name: /changed/ })
    .first()
    .click();
  expect(await count(page)).toBe("50 of 300 findings");
  await page.getByRole("button", { name: /critical/ }).click();
  expect(await count(page)).toBe("25 of 300 findings");
  await page.locator("#project").selectOption("P1");
  expect(await count(page)).toBe("8 of 300 findings");
  await page.locator("#kind").selectOption("Webhook");
  const narrow = Number((await count(page)).split(" ")[0]);
  expect(narrow).toBeGreaterThan(0);
  expect(await rows(page).count()).toBe(narrow);
  await page.locator("#reset").click();
  expect(await count(page)).toBe("300 findings");
  await page.locator("#repository").selectOption("service-7");
  expect(await count(page)).toBe("10 of 300 findings");
  await page.locator("#reset").click();
  // Names, fields and values of all three states.
  await page.keyboard.type("unknown.example.org service-3:");
  expect(await count(page)).toBe("2 of 300 findings");
  await page.keyboard.type(" nonsense");
  expect(await page.locator("#empty").textContent()).toContain("No matches");
});

test("a finding is read by keyboard alone: values side by side, what is wanted told from what is there", async () => {
  const { page } = await open(renderHtmlReport(sampleReport(40)));
  await page.keyboard.press("/");
  await page.keyboard.type("thing-6");
  await page.keyboard.press("ArrowDown");
  expect(await page.locator(".row[aria-selected=true] .name").textContent()).toContain("service-0:thing-6");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("detail");
  const url = page.locator(".field", { has: page.locator("h3", { hasText: /^url$/ }) });
  expect(await url.locator(".is .value").textContent()).toBe("https://ci.example.com/bitbucket/hook");
  expect(await url.locator(".was .value").textContent()).toBe("https://unknown.example.org/bitbucket/hook");
  expect(await url.locator(".was mark").allInnerTexts()).toEqual(["unknown", "org"]);
  const events = page.locator(".field", { has: page.locator("h3", { hasText: /^events$/ }) });
  expect(await events.locator(".label").allInnerTexts()).toEqual(["Applied", "On the server", "In YAML"]);
  expect(await page.locator(".actions a").getAttribute("href")).toBe(
    "https://bitbucket.org/acme/service-0/admin",
  );
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("list");
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await page.locator("#list").focus();
  await page.keyboard.press("End");
  expect(await page.locator(".row[aria-selected=true] .name").textContent()).toContain("thing-39");
  await page.keyboard.press("Home");
  await page.keyboard.press("PageDown");
  const chosen = await page.locator("#list").getAttribute("aria-activedescendant");
  expect(await page.locator(`#${chosen}`).isVisible()).toBe(true);
});

test("it opens with the worst finding beside the list, and takes the arrow keys at once", async () => {
  const { page, said } = await open(renderHtmlReport(sampleReport(40)));
  const selected = page.locator(".row[aria-selected=true]");
  await selected.waitFor();
  expect(await selected.getAttribute("class")).toContain("tone-critical");
  const title = await page.locator(".detail h2").textContent();
  expect(title).not.toBe("");
  await page.keyboard.press("ArrowDown");
  expect(await page.locator(".detail h2").textContent()).not.toBe(title);
  await page.keyboard.press("ArrowUp");
  expect(await page.locator(".detail h2").textContent()).toBe(title);
  // Nor is the right half empty once a filter hides what was selected.
  await page.keyboard.press("/");
  await page.keyboard.type("thing-6");
  expect(await page.locator(".detail h2").textContent()).toContain("thing-6");
  expect(said).toEqual([]);
});

test("the worst come first, on the left, and the right half shows the first of them", async () => {
  const { page } = await open(renderHtmlReport(sampleReport(40)));
  const ranks = (await rows(page).all()).map(async (row) => {
    const classes = (await row.getAttribute("class")) ?? "";
    return ["critical", "high", "medium", "low"].findIndex((name) => classes.includes(`tone-${name}`));
  });
  const [first, ...others] = await Promise.all(ranks);
  expect(others.length).toBeGreaterThan(5);
  expect(first).toBe(0);
  const list = await page.locator(".findings").boundingBox();
  const detail = await page.locator("#detail").boundingBox();
  expect((list?.x ?? 0) + (list?.width ?? 0)).toBeLessThanOrEqual(detail?.x ?? 0);
  expect((detail?.x ?? 0) + (detail?.width ?? 0)).toBeGreaterThan(1200);
  const name = (await page.locator(".detail h2").textContent()) ?? "?";
  expect(await rows(page).first().textContent()).toContain(name.split(":").at(-1));
});

test("one finding is one, on the screen and on paper", async () => {
  const one = sampleReport(1);
  const { page } = await open(renderHtmlReport(one));
  expect(await count(page)).toBe("1 finding");
  await page.keyboard.press("/");
  await page.keyboard.type("nothing like it");
  expect(await count(page)).toBe("0 of 1 finding");
  expect(await page.locator(".meta").textContent()).not.toMatch(/(?<!\d)1 \w+s\b/);
});

test("the address leads back to a filter and a finding", async () => {
  const { page } = await open(
    renderHtmlReport(sampleReport(300)),
    {},
    "#cases=deleted&project=P1&finding=f121",
  );
  expect(await count(page)).toMatch(/ of 300/);
  expect(await page.locator(".detail h2").textContent()).toBe("service-12:thing-121");
  await page.keyboard.press("/");
  await page.keyboard.type("webhook");
  await page.waitForURL(/text=webhook\b/);
  const odd = await open(renderHtmlReport(sampleReport(3)), {}, "#project=NONE&finding=none&cases=nothing");
  expect(await count(odd.page)).toBe("0 of 3 findings");
  expect(odd.said).toEqual([]);
});

test("5,000 findings stay a small page, at any place and with any filter", async () => {
  const { page } = await open(renderHtmlReport(sampleReport(5000)));
  const nodes = () => page.evaluate(() => document.getElementsByTagName("*").length);
  expect(await count(page)).toBe("5000 findings");
  const most = 1700;
  expect(await nodes()).toBeLessThan(most);
  expect(await rows(page).count()).toBeLessThan(40);
  await page.locator("#list").focus();
  await page.keyboard.press("End");
  expect(await page.locator(".row[aria-selected=true] .name").textContent()).toContain("thing-4999");
  expect(await page.locator("#sticky").textContent()).toContain("service-499");
  await page.evaluate(() => document.getElementById("list")?.scrollTo(0, 100_000));
  await page.waitForFunction(() => !document.querySelector('[data-index="4999"]'));
  expect(await nodes()).toBeLessThan(most);
  await page.locator("#search").fill("service-4");
  expect(await count(page)).toBe("1110 of 5000 findings");
  expect(await rows(page).count()).toBeLessThan(40);
  // A filter adds and removes only what is visible.
  const touched = await page.evaluate(async () => {
    let changes = 0;
    new MutationObserver((all) => {
      for (const { addedNodes, removedNodes } of all) changes += addedNodes.length + removedNodes.length;
    }).observe(document.body, { childList: true, subtree: true });
    const search = document.getElementById("search") as HTMLInputElement;
    search.value = "";
    search.dispatchEvent(new Event("input"));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return changes;
  });
  expect(touched).toBeLessThan(200);
});

test("what people write becomes text, and never the page's own words", async () => {
  const report = sampleReport(3, [hostileFinding()]);
  const { page, said } = await open(
    renderHtmlReport({ ...report, stack: hostile, workspace: hostile, warnings: [hostile] }),
  );
  await rows(page).first().waitFor();
  expect(await page.locator(".row .name").first().textContent()).toContain("</script><img src=x");
  await rows(page).first().click();
  expect(await page.locator(".detail h2").textContent()).toContain('onerror="document.title');
  expect(await page.locator("img").count()).toBe(0);
  expect(await page.title()).not.toBe("taken");
  expect(said).toEqual([]);
  // Scripts other than this page's own do not run, even if they are injected.
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'taken'";
    document.body.append(script);
  });
  expect(await page.title()).not.toBe("taken");
  expect(said.join()).toContain("Content Security Policy");
});

test("a secret is a mask in it, and nothing else", async () => {
  const { page } = await open(renderHtmlReport(sampleReport(2)), {}, "#finding=f1");
  const secret = page.locator(".field", { has: page.locator("h3", { hasText: /^secret$/ }) });
  expect(await secret.locator(".value").allInnerTexts()).toEqual(["••••••••", "not set"]);
});

test("it is light or dark as its reader has it, and readable in both", async () => {
  const contrast = async (colorScheme: "light" | "dark") => {
    const days = [{ day: "2026-03-14", runs: 1, severities: { low: 1 } }];
    const { page } = await open(renderHtmlReport(sampleReport(12), days), { colorScheme }, "#finding=f6");
    return measureContrast(page);
  };
  const [light, dark] = [await contrast("light"), await contrast("dark")];
  expect(light.low).toEqual([]);
  expect(dark.low).toEqual([]);
  expect(light.ground).toBeGreaterThan(0.8);
  expect(dark.ground).toBeLessThan(0.05);
});

test("printed, it is dark on white, also where the screen is dark", async () => {
  const { page } = await open(renderHtmlReport(sampleReport(12)), { colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const tile = await page
    .locator(".tile")
    .first()
    .evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(tile).toBe("rgb(255, 255, 255)");
});

test("a report without findings says so, and offers nothing to filter", async () => {
  const { page, said } = await open(renderHtmlReport({ ...sampleReport(0), compared: 40, unchanged: 40 }));
  expect(await page.locator("#empty").textContent()).toMatch(/No drift\s*All resources are in sync/);
  expect(await page.locator("#search").isVisible()).toBe(false);
  expect(await page.locator("#detail").isVisible()).toBe(false);
  const part = await open(
    renderHtmlReport({ ...sampleReport(0), compared: 4, filter: { repositories: ["api"] } }),
  );
  expect(await part.page.locator("#empty").textContent()).toContain("The resources that match the filter");
  const none = await open(renderHtmlReport(sampleReport(0)));
  expect(await none.page.locator("#empty").textContent()).toContain("There are no resources to compare.");
  expect(said).toEqual([]);
});

test("everybody is told how many are shown, and how much each one matters", async () => {
  const { page } = await open(renderHtmlReport(sampleReport(30)));
  expect(await page.locator("#count").isVisible()).toBe(true);
  expect(await page.locator("#count").getAttribute("role")).toBe("status");
  // As a screen reader reads it.
  expect(await page.locator("#list").ariaSnapshot()).toMatch(
    /option "service-0:thing-0 repository isPrivate: true → false.* changed critical · new"/,
  );
  expect(await rows(page).first().locator(".age").textContent()).toBe("critical · new");
  expect(await rows(page).nth(3).locator(".age").textContent()).toBe("low · 3 d");
  await rows(page).first().click();
  expect(await page.locator(".facts").textContent()).toContain("2026-03-14, in this run");
});

test("what cannot be seen is listed by name, for who asks", async () => {
  const undetectable = Array.from({ length: 40 }, (_, index) => ({
    kind: "PipelineVariable",
    name: `api:TOKEN_${index}`,
    field: "value",
    reason: "the API never returns it",
  }));
  const warnings = Array.from({ length: 8 }, (_, index) => `warning ${index}`);
  const { page } = await open(renderHtmlReport({ ...sampleReport(1), undetectable, warnings }));
  const banner = page.locator("#banner");
  expect(await banner.textContent()).toContain("40 properties can't be checked for drift");
  expect(await banner.textContent()).toContain("There are 8 warnings.");
  await banner.locator("summary").click();
  await banner.locator("li").last().waitFor();
  expect(await banner.locator("li").count()).toBe(48);
  expect(await banner.locator("li").last().textContent()).toBe(
    "PipelineVariable api:TOKEN_39, value: the API never returns it",
  );
});

test("lists and objects are compared piece by piece, also where all three states differ", async () => {
  const finding = sampleReport(1).findings[0];
  if (!finding) throw new Error("no sample");
  const field = { secret: false, severity: "low" } as const;
  const lines = Array.from({ length: 900 }, (_, index) => `line ${index}`);
  const fields = [
    { ...field, field: "events", last: ["a", "b"], live: ["b", "x"], desired: ["a", "b", "c"] },
    {
      ...field,
      field: "development",
      last: { name: "dev", on: true },
      live: { name: "dev", on: false },
      desired: { name: "dev", on: true },
    },
    {
      ...field,
      field: "content",
      last: lines.join("\n"),
      live: lines.join("\n").replace("line 700\n", "line seven\n"),
      desired: lines.join("\n"),
    },
  ];
  const { page } = await open(
    renderHtmlReport(sampleReport(0, [{ ...finding, fields }])),
    {},
    `#finding=${finding.id}`,
  );
  const marks = async (name: string, side: string) =>
    page.locator(`.field[aria-label=${name}] .side-panel${side} mark`).allInnerTexts();
  expect(await marks("events", ".was")).toEqual(["x"]);
  expect(await marks("events", ".is")).toEqual(["a", "c"]);
  expect(
    await page.locator(".field[aria-label=events] .side-panel:first-child .item").allInnerTexts(),
  ).toEqual(["a", "b"]);
  expect(await marks("development", ".was")).toEqual(["on: false"]);
  expect(await marks("development", ".is")).toEqual(["on: true"]);
  expect((await marks("content", ".was")).map((text) => text.trim())).toEqual(["line seven"]);
  // Of 900 lines, those around the change.
  const content = page.locator(".field[aria-label=content] .was .value");
  expect(await content.locator(".fold").allTextContents()).toEqual([
    "697 unchanged lines",
    "196 unchanged lines",
  ]);
  expect(await content.textContent()).toContain("line 699\nline seven\nline 701");
});

test("what turns the writing or is not seen is named, and letters that join stay joined", async () => {
  const finding = sampleReport(1).findings[0];
  if (!finding) throw new Error("no sample");
  const name = "api\u202egpj.exe\u200b \u0645\u06cc\u200c\u062e 👩‍👧";
  const { page } = await open(
    renderHtmlReport(sampleReport(0, [{ ...finding, name }])),
    {},
    `#finding=${finding.id}`,
  );
  const shown = "api⟨U+202E⟩gpj.exe⟨U+200B⟩ \u0645\u06cc\u200c\u062e 👩‍👧";
  expect(await page.locator(".detail h2 bdi").textContent()).toBe(shown);
  expect(await rows(page).first().locator("bdi").textContent()).toBe(shown);
});

test("on a narrow screen a finding covers the list, and nothing is wider than the screen", async () => {
  const { page } = await open(renderHtmlReport(sampleReport(20, [hostileFinding()])), {
    viewport: { width: 360, height: 740 },
  });
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  expect(await fits()).toBe(true);
  await rows(page).nth(2).click();
  expect(await page.locator(".detail").isVisible()).toBe(true);
  expect(await fits()).toBe(true);
  // Elements behind it do not receive the keyboard.
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("detail");
  for (let press = 0; press < 12; press += 1) {
    await page.keyboard.press("Tab");
    expect(
      await page.evaluate(
        () => document.activeElement === document.body || document.activeElement?.closest("#detail") !== null,
      ),
    ).toBe(true);
  }
  await page.getByRole("button", { name: "All findings" }).click();
  expect(await page.locator(".detail").isVisible()).toBe(false);
  await page.locator("#search").click();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("search");
});

test("printed, every finding that is shown is on paper", async () => {
  const { page } = await open(renderHtmlReport(sampleReport(60)));
  await page.locator("#project").selectOption("P0");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".paper table").count()).toBe(60);
  expect(await page.locator(".paper .all").textContent()).toBe("60 of 60 findings: P0");
  expect(await page.locator(".paper").textContent()).toContain("https://unknown.example.org/bitbucket/hook");
  expect(await page.locator("#list").isVisible()).toBe(false);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  expect(await page.locator(".paper table").count()).toBe(0);
  const pdf = await page.pdf();
  expect(pdf.length).toBeGreaterThan(10_000);
});

test("the timeline shows a bar a day, and says which it is", async () => {
  const days = [
    { day: "2026-03-12", runs: 2, severities: { critical: 1, low: 3 } },
    { day: "2026-03-13", runs: 0, severities: {} },
    { day: "2026-03-14", runs: 1, severities: {} },
  ];
  const { page } = await open(renderHtmlReport(sampleReport(3), days));
  const said = await page
    .locator(".timeline .day")
    .evaluateAll((all) => all.map((day) => day.getAttribute("aria-label")));
  expect(said).toEqual(["2026-03-12: 1 critical, 3 low", "2026-03-13: not checked", "2026-03-14: no drift"]);
  expect(await page.locator(".timeline .tone-critical").count()).toBe(1);
  expect(await page.locator(".timeline h2").textContent()).toContain("UTC");
  // One tab stop, however many days there are.
  await page.locator(".timeline .day[tabindex='0']").focus();
  await page.keyboard.press("ArrowLeft");
  expect(await page.locator(".timeline h2").textContent()).toContain("2026-03-13: not checked");
  await page.keyboard.press("Home");
  expect(await page.locator(".timeline h2").textContent()).toContain("2026-03-12");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("search");
  await page.locator(".timeline .day").first().hover();
  expect(await page.locator(".timeline h2").textContent()).toContain("1 critical, 3 low");
  expect(await (await open(renderHtmlReport(sampleReport(3)))).page.locator(".timeline").isVisible()).toBe(
    false,
  );
});

test("the JUnit report is well-formed XML, whatever is in it", async () => {
  const report = sampleReport(12, [hostileFinding()]);
  const broken = { ...hostileFinding(), id: "b", name: "\u0000\u0008\ud800\ufffe\u009f ]]> <a>" };
  const xml = renderJunitReport({ ...report, findings: [...report.findings, broken] });
  const page = await newPage();
  const found = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "application/xml");
    const suites = parsed.documentElement;
    return {
      error: parsed.querySelector("parsererror")?.textContent ?? "",
      tests: Number(suites.getAttribute("tests")),
      cases: parsed.querySelectorAll("testcase").length,
      failures: [Number(suites.getAttribute("failures")), parsed.querySelectorAll("failure").length],
      errors: [Number(suites.getAttribute("errors")), parsed.querySelectorAll("error").length],
      skipped: [
        [...suites.children].reduce((sum, suite) => sum + Number(suite.getAttribute("skipped")), 0),
        parsed.querySelectorAll("skipped").length,
      ],
      images: parsed.querySelectorAll("img").length,
      // The attributes in the schema of Jenkins' xUnit plugin, which refuses a whole file for a single
      // unknown one.
      odd: [...parsed.querySelectorAll("*")].flatMap((element) => {
        const known: Record<string, string[]> = {
          testsuites: ["name", "tests", "failures", "errors", "time"],
          testsuite: ["name", "tests", "failures", "errors", "skipped"],
          testcase: ["name", "classname"],
        };
        return element
          .getAttributeNames()
          .filter((name) => !(known[element.tagName] ?? ["type", "message"]).includes(name));
      }),
      positions: [...parsed.querySelectorAll("skipped")].map((one) =>
        one.textContent?.includes("stacks/acme.yaml:"),
      ),
    };
  }, xml);
  await page.close();
  expect(found).toEqual({
    error: "",
    tests: 15,
    cases: 15,
    failures: [10, 10],
    errors: [2, 2],
    skipped: [2, 2],
    images: 0,
    odd: [],
    positions: [true, true],
  });
});
