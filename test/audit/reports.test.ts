/** The reports of an audit: what they say, and what hostile names cannot make of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { checks } from "../../src/audit";
import { acceptFindings, parseBaseline, writeBaseline } from "../../src/audit/baseline";
import { auditExitCode } from "../../src/audit/exit";
import { auditReportSchema } from "../../src/audit/model";
import { renderAuditJunit } from "../../src/audit/report/junit";
import { renderAuditMarkdown } from "../../src/audit/report/markdown";
import { renderAuditSarif } from "../../src/audit/report/sarif";
import { renderAuditTerminal } from "../../src/audit/report/terminal";
import { toAuditNotice } from "../../src/publish";
import { renderJson, renderSchema } from "../../src/report/json";
import { hostile } from "../drift/sample";
import { finding, reportOf } from "./sample";
import { now } from "./support";

const sample = reportOf([
  finding("plain-secret", { subject: "variable TOKEN", yaml: "variables:\n  TOKEN: { fromEnv: TOKEN }\n" }),
  finding("force-push", { repository: "web", subject: "branch main", accepted: { reason: "being moved" } }),
]);

test("JSON is what the published schema says, and the schema is up to date", () => {
  const published = JSON.parse(
    readFileSync(join(__dirname, "..", "..", "schema", "audit.schema.json"), "utf8"),
  );
  expect(published).toEqual(JSON.parse(renderSchema(auditReportSchema)));
  const validate = addFormats(new Ajv2020({ strict: true })).compile(published);
  const report = JSON.parse(renderJson(sample));
  validate(report);
  expect(validate.errors).toBeNull();
  expect(validate({ ...report, score: 101 })).toBe(false);
  expect(report).toEqual(JSON.parse(JSON.stringify(sample)));
});

test("SARIF names the rule, the place and what is accepted", () => {
  const { version, runs } = JSON.parse(renderAuditSarif(sample));
  expect(version).toBe("2.1.0");
  const [run] = runs;
  expect(run.tool.driver.rules).toHaveLength(checks.length);
  expect(run.results).toMatchObject([
    {
      ruleId: "plain-secret",
      level: "error",
      message: { text: "PLAT / api: variable TOKEN is wrong" },
      locations: [{ logicalLocations: [{ fullyQualifiedName: "acme/PLAT/api" }] }],
    },
    { ruleId: "force-push", suppressions: [{ status: "accepted", justification: "being moved" }] },
  ]);
  for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
  expect(run.tool.driver.rules[4].properties.tags).toContain("CIS 1.1.16");
});

test("JUnit counts findings as failures, accepted ones as skipped, and what could not be read as errors", () => {
  const text = renderAuditJunit(
    reportOf(sample.findings, { unread: [{ project: "PLAT", part: "webhook", reason: "403 <scope>" }] }),
  );
  expect(text).toMatch(/<testsuites name="Audit of acme" tests="25" failures="1" errors="1" time="3.2">/);
  expect(text).toMatch(/<failure type="critical" message="variable TOKEN is wrong">/);
  expect(text).toMatch(/<skipped message="accepted: being moved">/);
  expect(text).toMatch(/<error type="unreadable" message="403 &lt;scope&gt;">/);
  expect(text.match(/<testcase /g)).toHaveLength(25);
});

test("Markdown and the notice leave out what is accepted, and say so", () => {
  const text = renderAuditMarkdown(sample);
  expect(text).toContain("**71 of 100**; 1 critical.");
  expect(text).toContain("- Accepted by the baseline: 1.");
  expect(text.split("\n").filter((line) => line.startsWith("| "))).toHaveLength(3);
  expect(toAuditNotice(sample)).toMatchObject({
    id: "bitbucket-as-code-audit-acme",
    summary: "71 of 100; 1 critical",
    passed: false,
    rows: [{ what: "PLAT / api: variable TOKEN is wrong", severity: "CRITICAL" }],
  });
  expect(toAuditNotice(reportOf([], { score: 100 })).passed).toBe(true);
  // An unread part is no pass.
  expect(toAuditNotice(reportOf([], { complete: false })).passed).toBe(false);
});

/** Characters that move a cursor, or change how a line is read. */
const moves = (text: string) => text.match(/[\p{Cc}\p{Bidi_Control}](?<![\n\t])/gu) ?? [];

test("hostile names neither break a report nor move a cursor", () => {
  const report = reportOf([
    finding("webhook-host", { subject: hostile, message: hostile, repository: hostile }),
  ]);
  for (const text of [renderAuditTerminal(report, { verbose: true }), renderAuditMarkdown(report)])
    expect(moves(text)).toEqual([]);
  expect(renderAuditMarkdown(report)).not.toMatch(/<img|@everyone|\[x\]\(/);
  expect(renderAuditJunit(report)).not.toMatch(/<img|\]\]>/);
  expect(moves(renderAuditSarif(report))).toEqual([]);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 700, max: 3000 }), (value, limit) => {
      const wild = reportOf(Array.from({ length: 40 }, () => finding("webhook-host", { subject: value })));
      const text = renderAuditMarkdown(wild, { limit });
      expect(text.length).toBeLessThanOrEqual(limit);
      for (const line of text.split("\n").filter((one) => one.startsWith("|")))
        expect(line.replace(/\\\\/g, "").replace(/\\\|/g, "").split("|")).toHaveLength(6);
    }),
  );
});

test("the exit code says what was found, and that something could not be read", () => {
  const high = reportOf([finding("force-push")]);
  expect(auditExitCode(high, { failOn: "low" })).toBe(2);
  expect(auditExitCode(high, { failOn: "critical" })).toBe(0);
  expect(auditExitCode(high, { failOn: "low", exitZero: true })).toBe(0);
  const blind = reportOf([], { complete: false });
  expect(auditExitCode(blind, { failOn: "low" })).toBe(4);
  expect(auditExitCode(blind, { failOn: "low", allowUnreadable: true })).toBe(0);
  expect(
    auditExitCode(reportOf([finding("force-push", { accepted: { reason: "x" } })]), { failOn: "low" }),
  ).toBe(0);
});

describe("the baseline", () => {
  const findings = [
    finding("force-push", { repository: "api", subject: "branch main" }),
    finding("force-push", { repository: "web", subject: "branch main" }),
    finding("webhook-host", { repository: "api" }),
    finding("unlisted-admin", { repository: undefined, subject: "user Bob" }),
  ].map(({ repository, ...rest }) => (repository === undefined ? rest : { ...rest, repository }));
  const accept = (text: string, at = now) => {
    const { accepted, warnings } = acceptFindings(parseBaseline(text, "baseline.yaml"), findings, at);
    return { accepted: [...accepted.keys()].map((one) => `${one.check} ${one.repository}`), warnings };
  };

  test("accepts what an entry fits, and nothing beside it", () => {
    expect(accept("accept: [{ check: force-push, repository: api, reason: moving }]")).toEqual({
      accepted: ["force-push api"],
      warnings: [],
    });
    expect(accept("accept: [{ check: unlisted-admin, project: PLAT, reason: interim }]").accepted).toEqual([
      "unlisted-admin undefined",
    ]);
    expect(accept("accept: [{ check: force-push, project: PLAT, reason: all of it? }]")).toMatchObject({
      accepted: [],
      warnings: [expect.stringMatching(/fits nothing/)],
    });
  });

  test("an entry is valid through its last day, and names itself after it", () => {
    const text = "accept: [{ check: webhook-host, repository: api, reason: pilot, until: 2026-03-02 }]";
    expect(accept(text).accepted).toEqual(["webhook-host api"]);
    expect(accept(text, new Date("2026-03-03T00:00:00Z"))).toEqual({
      accepted: [],
      warnings: ["The baseline's entry for webhook-host, api expired on 2026-03-02 (pilot)."],
    });
  });

  test("what is written is read again, and accepts all of it", () => {
    const text = writeBaseline(findings, { reason: "as of today", until: "2026-12-31" });
    expect(accept(text)).toMatchObject({ accepted: { length: findings.length }, warnings: [] });
  });

  test.each([
    ["accept: [{ check: force-push }]", /baseline\.yaml: accept\.0\.reason/],
    ['accept: [{ check: force-push, reason: " " }]', /say why this may stay/],
    ["accept: [{ check: force-pusch, reason: x }]", /there is no check "force-pusch"/],
    ["accept: [{ check: force-push, reason: x, untill: 2026-01-01 }]", /untill/],
    ["accept: [{ check: force-push, reason: x, until: soon }]", /must be a day/],
    ["force-push", /It holds "accept:"/],
    ["accept: [", /is not YAML/],
  ])("refuses %s", (text, message) => {
    expect(() => parseBaseline(text, "baseline.yaml")).toThrow(message);
  });
});
