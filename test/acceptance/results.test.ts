/** The committed files are honest and up to date: the results, the page and the README's sentence. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cases } from "../../acceptance/operations";
import { probes } from "../../acceptance/probes";
import { filesIn } from "../../acceptance/report";
import { mergeResults, noResults, type Results, readResults, verifiedOn } from "../../acceptance/resultsFile";
import { sentenceOf, stateOf, verifiedPage, withSentence } from "../../acceptance/verified";

const root = resolve(__dirname, "..", "..");
const files = filesIn(root);
const committed = readResults(files.results);

test("docs/reference/verified.md and the README's sentence are those of acceptance/results.json", () => {
  const again = 'they are drawn anew by "npm run test:acceptance -- --emulator"';
  expect([again, readFileSync(files.page, "utf8")]).toEqual([again, verifiedPage(committed)]);
  const readme = readFileSync(files.readme, "utf8");
  expect([again, readme]).toEqual([again, withSentence(readme, committed)]);
  expect(readme.replaceAll("\n", " ")).toContain(sentenceOf(committed));
});

test("every kind below every parent, and every probe, is in the results", () => {
  const told = new Set(committed.operations.map(({ kind, parent }) => `${kind} ${parent}`));
  expect(cases.map(({ kind, parent }) => `${kind.name} ${parent}`).filter((name) => !told.has(name))).toEqual(
    [],
  );
  const asked = new Set(committed.probes.map(({ id }) => id));
  expect(probes.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
});

test("ids of probes and questions are unlike each other, and each has a file of its own", () => {
  expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length);
  for (const { id, question } of probes) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(question).toMatch(/^[A-Z].*\?$/);
  }
});

const when = { date: "2027-01-02", version: "0.1.0", credential: "api-token" };
const operation = (verdict: "passed" | "differs" | "not-allowed", differences: string[] = []) => ({
  operations: [{ kind: "Webhook", parent: "workspace", operation: "create", verdict, differences }],
  probes: [],
  shapes: {},
});

function after(
  ...runs: readonly (readonly ["service" | "emulator", ReturnType<typeof operation>, string?])[]
): Results {
  return runs.reduce<Results>(
    (known, [target, run, date = when.date]) => mergeResults(known, target, run, [], { ...when, date }),
    noResults,
  );
}

test("without a run on the service, nothing is called verified on it", () => {
  const results = after(["emulator", operation("passed")]);
  expect(verifiedOn(results)).toBeUndefined();
  expect(sentenceOf(results)).toMatch(
    /^\*\*Not yet verified on the live service\*\*.*one command verifies it/,
  );
  expect(results.operations.map(stateOf)).toEqual(["emulator"]);
});

test("after one, the README says when, how much, and what differs", () => {
  const one = after(["emulator", operation("passed")], ["service", operation("passed")]);
  expect(sentenceOf(one)).toMatch(/^\*\*Verified on the live service on 2027-01-02\*\*: 1 of 1 operations;/);
  const two = after(["service", operation("differs", ["status"])], ["emulator", operation("passed")]);
  expect(sentenceOf(two)).toMatch(/0 of 1 operations, and 1 differ;/);
  expect(two.operations.map(stateOf)).toEqual(["differs"]);
});

test("a run that was allowed less takes nothing away from an earlier one, and a later one counts", () => {
  const less = after(["service", operation("passed")], ["service", operation("not-allowed"), "2027-02-02"]);
  expect(less.operations[0]?.service).toMatchObject({ verdict: "passed", date: "2027-01-02" });
  const later = after(
    ["service", operation("passed")],
    ["service", operation("differs", ["x"]), "2027-02-02"],
  );
  expect(later.operations[0]?.service).toMatchObject({ verdict: "differs", date: "2027-02-02" });
});

test("what a credential may not do anywhere is no verification", () => {
  expect(verifiedOn(after(["service", operation("not-allowed")]))).toBeUndefined();
});

test("a difference of answers stays until the same answer is seen to be alike", () => {
  const key = "POST /workspaces/{}/hooks 201";
  const difference = [{ operation: key, differences: ["header location: the emulator lacks it"] }];
  const run = { operations: [], probes: [], shapes: { [key]: { headers: [] } } };
  const first = mergeResults(noResults, "service", run, difference, when);
  expect(first.answers).toEqual([
    { operation: key, service: { ...when, differences: difference[0]?.differences } },
  ]);
  const elsewhere = mergeResults(first, "service", { ...run, shapes: {} }, [], when);
  expect(elsewhere.answers).toEqual(first.answers);
  expect(mergeResults(first, "service", run, [], when).answers).toEqual([]);
  expect(verifiedPage(first)).toContain("header location: the emulator lacks it (service, 2027-01-02)");
});

test("the results hold no value of an answer: a text that is no name of this project is refused", () => {
  expect(() => readResults(join(root, "package.json"))).toThrow();
});
