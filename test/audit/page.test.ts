/** The audit's page in a real browser, from a file, as its reader opens it. */
import { renderAuditHtml } from "../../src/audit/report/html";
import { usePages } from "../drift/pages";
import { hostile } from "../drift/sample";
import { finding, reportOf } from "./sample";

jest.setTimeout(120_000);

const { open } = usePages("audit");

test("shows findings by area and place, with why, how and the YAML, and asks the network for nothing", async () => {
  const report = reportOf([
    finding("plain-secret", {
      subject: "variable TOKEN",
      yaml: "variables:\n  TOKEN:\n    value:\n      fromEnv: TOKEN\n",
    }),
    finding("force-push", { repository: "web", subject: "branch main", message: "can be force-pushed" }),
    finding("webhook-host", { subject: hostile, message: hostile }),
    finding("approvals", { accepted: { reason: "alone" } }),
  ]);
  const { page, said } = await open(renderAuditHtml(report));
  await page.locator(".row").first().waitFor();
  expect(await page.title()).toBe("Audit of acme");
  expect(await page.locator(".verdict").textContent()).toBe("71 of 100");
  expect(await page.locator("#count").textContent()).toBe("3 findings");
  expect(await page.locator(".tile span").allInnerTexts()).toEqual([
    "branches",
    "webhooks",
    "pipelines",
    "passed",
  ]);
  await page.locator(".row", { hasText: "variable TOKEN" }).click();
  const detail = page.locator("#detail");
  expect(await detail.textContent()).toMatch(
    /Why it matters.*How to fix it.*YAML that fixes it.*fromEnv: TOKEN/s,
  );
  await page.getByRole("button", { name: /branches/ }).click();
  expect(await page.locator("#count").textContent()).toBe("1 of 3 findings");
  await page.locator(".row").click();
  expect(await detail.textContent()).toContain("CIS 1.1.16, Scorecard Branch-Protection");
  expect(said).toEqual([]);
});

test("a workspace without findings says so, and what could not be read is named on request", async () => {
  const unread = [
    { project: "PLAT", repository: "api", part: "webhook", reason: "403: read:webhook is missing" },
  ];
  const { page, said } = await open(renderAuditHtml(reportOf([], { complete: false, score: 100, unread })));
  expect(await page.locator("#empty").textContent()).toMatch(/No findings.*could be made/);
  await page.locator("#banner summary").click();
  expect(await page.locator("#banner li").allInnerTexts()).toEqual([
    "PLAT / api: webhook: 403: read:webhook is missing",
  ]);
  expect(said).toEqual([]);
});
