/** The text reports: what they contain, what they omit, and that foreign text never looks like their own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import fc from "fast-check";
import type { FieldFinding } from "../../src/drift";
import { exitCodeOf } from "../../src/drift/exit";
import { reportSchema } from "../../src/drift/model";
import { renderJunitReport } from "../../src/drift/report/junit";
import { renderMarkdownReport } from "../../src/drift/report/markdown";
import { renderTerminalReport } from "../../src/drift/report/terminal";
import { formatChange } from "../../src/drift/report/text";
import { renderJson, renderSchema } from "../../src/report/json";
import { commentLimit } from "../../src/report/markdown";
import { hostile, hostileFinding, sampleReport } from "./sample";

describe("Markdown for a comment", () => {
  test("is a table, the most severe first, without HTML", () => {
    const text = renderMarkdownReport(sampleReport(8), { link: "https://ci.example.com/run/1" });
    const rows = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---"));
    expect(rows).toHaveLength(9);
    expect(rows[1]).toMatch(
      /^\| \*\*critical\*\* \| changed \| \[repository service\\-0:thing\\-0\]\(https:/,
    );
    expect(rows.at(-1)).toMatch(/^\| low \|/);
    expect(text).toContain("[Full report](https://ci.example.com/run/1)");
    expect(text).not.toMatch(/<[a-z]/i);
  });

  test("fits, says how much was left out, and where it is", () => {
    const text = renderMarkdownReport(sampleReport(5000), { link: "https://ci.example.com/run/1" });
    expect(text.length).toBeLessThanOrEqual(commentLimit);
    expect(text.length).toBeGreaterThan(commentLimit - 1000);
    const shown = text.split("\n").filter((line) => /^\| (\*\*critical|high|medium|low)/.test(line)).length;
    expect(text).toContain(`… and ${5000 - shown} more. [Full report](https://ci.example.com/run/1)`);
  });

  test("makes no link, mention, picture, heading or column of what others wrote", () => {
    const text = renderMarkdownReport(
      { ...sampleReport(0, [hostileFinding()]), stack: hostile },
      { link: "javascript:x" },
    );
    const row = text.split("\n").find((line) => line.startsWith("| **critical**")) ?? "";
    expect(row.replace(/\\\|/g, "").split("|")).toHaveLength(7);
    expect(text).not.toMatch(/(?<!\\)`|(?<!\\)\[x|@everyone|[^(]https:\/\/evil|<script|<img/);
    expect(text).not.toContain("\u202e");
    expect(text).not.toContain("javascript:");
  });

  test("stays a table, and within the limit, with any text in it", () => {
    const texts = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 600, max: 4000 }), (name, value, limit) => {
        const [field] = hostileFinding().fields;
        const finding = {
          ...hostileFinding(),
          name,
          repository: value,
          fields: field ? [{ ...field, live: value }] : [],
        };
        const text = renderMarkdownReport(sampleReport(3, [finding]), { limit });
        expect(text.length).toBeLessThanOrEqual(limit);
        for (const line of text.split("\n").filter((one) => one.startsWith("|")))
          expect(line.replace(/\\\\/g, "").replace(/\\\|/g, "").split("|")).toHaveLength(7);
      }),
    );
  });

  test("says that there is nothing where there is nothing", () => {
    const text = renderMarkdownReport({ ...sampleReport(0), complete: true, undetectable: [] });
    expect(text).toContain("no drift");
    expect(text).not.toContain("|");
  });
});

describe("JSON", () => {
  test("is what the published schema says, and the schema is up to date", () => {
    const published = JSON.parse(
      readFileSync(join(__dirname, "..", "..", "schema", "drift.schema.json"), "utf8"),
    );
    expect(published).toEqual(JSON.parse(renderSchema(reportSchema)));
    const validate = addFormats(new Ajv2020({ strict: true })).compile(published);
    const report = JSON.parse(renderJson(sampleReport(24, [hostileFinding()])));
    validate(report);
    expect(validate.errors).toBeNull();
    for (const broken of [
      { ...report, version: 2 },
      { ...report, counts: { ...report.counts, cases: { ...report.counts.cases, drift: "many" } } },
      { ...report, findings: [{ ...report.findings[0], case: "lost" }] },
      { ...report, findings: [{ ...report.findings[0], fields: undefined }] },
    ])
      expect(validate(JSON.parse(JSON.stringify(broken)))).toBe(false);
  });
});

test("JSON that is printed does not move the cursor either, and is the same", () => {
  const report = sampleReport(1, [{ ...hostileFinding(), name: "\u009b2J\u202e\u2066\u007f\u0007" }]);
  expect(renderJson(report)).not.toMatch(/[^\n -~…–→]/);
  expect(JSON.parse(renderJson(report, 0))).toEqual(report);
});

describe("what has changed, in a few words", () => {
  const of = (last: unknown, live: unknown) =>
    formatChange({ field: "x", last, live, secret: false, severity: "low" } as FieldFinding, "drift");

  test("is of a list what came and what went", () => {
    expect(of(["a", "b"], ["b", "c"])).toBe("x: +c -a");
    expect(of(["a", "b"], ["b", "a"])).toBe('x: ["a","b"] → ["b","a"]');
    expect(of([], ["1", "2", "3", "4", "5"])).toBe("x: +1 +2 +3 and 2 more");
    expect(of([{ kind: "feature" }], [])).toBe('x: -{"kind":"feature"}');
  });

  test("is of long texts the part that differs", () => {
    const long = "A long text, of which the end alone was changed, ";
    expect(of(`${long}here`, `${long}there`)).toMatch(/^x: ….*, here → ….*, there$/);
    expect(of(`${long}here`, undefined)).toBe("x: A long text, of which the end… → –");
    expect(of(`${"😀".repeat(40)}a`, `${"😀".repeat(40)}b`)).not.toMatch(/\p{Cs}/u);
  });
});

test("a report of a part says of which", () => {
  const report = {
    ...sampleReport(1),
    filter: { repositories: ["svc-*"] },
    warnings: ["No repository | fits"],
  };
  expect(renderMarkdownReport(report)).toContain("- Filter: only svc\\-\\*.");
  expect(renderMarkdownReport(report)).toContain("- Warning: No repository \\| fits");
  expect(renderJunitReport(report)).toContain('<testsuites name="Drift of acme (only svc-*)"');
});

describe("a terminal", () => {
  test("has a line a finding, as long as it is wide", () => {
    const plain = (columns?: number) =>
      stripVTControlCharacters(renderTerminalReport(sampleReport(12), { columns }));
    const widest = (text: string) =>
      Math.max(
        ...text
          .split("\n")
          .slice(0, -3)
          .map((line) => line.length),
      );
    expect(widest(plain())).toBeGreaterThan(120);
    expect(widest(plain(100))).toBeLessThanOrEqual(100);
    expect(plain(100)).toMatch(
      /critical changed {5}repository service-0:thing-0 {2}isPrivate: true → .*… {2}since/,
    );
    expect(plain(100).split("\n")).toHaveLength(plain().split("\n").length);
  });

  test("of few columns shows each change below its resource", () => {
    const text = stripVTControlCharacters(renderTerminalReport(sampleReport(12), { columns: 60 }));
    expect(text).toMatch(/ critical changed {5}repository service-0:thing-0 .*\n {6}isPrivate: true → /);
    const changes = text.split("\n").filter((line) => line.startsWith("      "));
    expect(changes.length).toBeGreaterThan(0);
    expect(Math.max(...changes.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  test("is not moved by what others wrote", () => {
    const text = renderTerminalReport(sampleReport(2, [hostileFinding()]), { verbose: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(text.replace(/\u001b\[\d+m/g, "")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  });

  test("says what there is, and what cannot be seen", () => {
    const text = renderTerminalReport(sampleReport(12));
    expect(text).toContain("P0 / service-1");
    expect(text).toContain("2 changed, 2 deleted, 2 recreated, 2 unmanaged, 2 pending, 2 unreadable");
    expect(text).toContain("1 value that cannot be compared (--verbose)");
    expect(renderTerminalReport(sampleReport(12), { verbose: true })).toContain(
      "PipelineVariable api:TOKEN value: the API never returns it",
    );
  });
});

test("the exit code tells drift from errors, and neither is taken for the other", () => {
  const usual = { failOn: "low" } as const;
  const { findings } = sampleReport(24);
  const compared = 100;
  const of = (...cases: string[]) => ({
    findings: findings.filter((one) => cases.includes(one.case)),
    compared,
  });
  expect(exitCodeOf({ findings: [], compared }, usual)).toBe(0);
  for (const one of ["drift", "deleted", "recreated", "unmanaged"])
    expect(exitCodeOf(of(one), usual)).toBe(2);
  expect(exitCodeOf(of("pending"), usual)).toBe(0);
  expect(exitCodeOf(of("pending"), { ...usual, failOnPending: true })).toBe(2);
  expect(exitCodeOf(of("unreadable"), usual)).toBe(0);
  const blinded = {
    compared,
    findings: of("unreadable").findings.map((one) => ({ ...one, wasReadable: true })),
  };
  expect(exitCodeOf(blinded, usual)).toBe(4);
  expect(exitCodeOf(blinded, { ...usual, exitZero: true })).toBe(4);
  expect(exitCodeOf(blinded, { ...usual, allowUnreadable: true })).toBe(0);
  expect(exitCodeOf({ compared, findings: [...blinded.findings, ...of("drift").findings] }, usual)).toBe(2);
  expect(
    exitCodeOf(
      { compared, findings: [...blinded.findings, ...of("drift").findings] },
      { ...usual, exitZero: true },
    ),
  ).toBe(4);
  const field = {
    kind: "Repository",
    name: "api",
    field: "pipelinesEnabled",
    reason: "403",
    wasReadable: true,
  };
  expect(exitCodeOf({ compared, findings: [], undetectable: [field] }, usual)).toBe(4);
  expect(
    exitCodeOf({ compared, findings: [], undetectable: [{ ...field, wasReadable: false }] }, usual),
  ).toBe(0);
  expect(exitCodeOf(of("unreadable"), { ...usual, strict: true })).toBe(1);
  // That the last apply could read it says more than that it is unreadable.
  expect(exitCodeOf(blinded, { ...usual, strict: true })).toBe(4);
  expect(exitCodeOf(blinded, { ...usual, strict: true, exitZero: true })).toBe(4);
  expect(exitCodeOf(blinded, { ...usual, strict: true, allowUnreadable: true })).toBe(1);
  const failed = { compared, findings: of("unreadable").findings.map((one) => ({ ...one, failed: true })) };
  expect(exitCodeOf(failed, { ...usual, exitZero: true })).toBe(1);
  expect(exitCodeOf({ compared, findings: [...failed.findings, ...of("drift").findings] }, usual)).toBe(2);
  const low = { compared, findings: of("drift").findings.filter(({ severity }) => severity !== "critical") };
  expect(exitCodeOf(low, { failOn: "critical" })).toBe(0);
  expect(exitCodeOf(of("drift"), { ...usual, exitZero: true })).toBe(0);
  // A credential that sees nothing at all does not prove that nothing has changed.
  const blind = of("unreadable");
  const all = new Set(blind.findings.map(({ kind, name }) => `${kind} ${name}`)).size;
  expect(exitCodeOf({ ...blind, compared: all }, usual)).toBe(1);
  expect(exitCodeOf({ ...blind, compared: all + 1 }, usual)).toBe(0);
});
