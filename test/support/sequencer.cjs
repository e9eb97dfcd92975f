/**
 * The longest files first: with two workers, one that begins last and takes minutes would run alone at the end.
 * Jest knows how long a file took only from an earlier run on the same machine.
 */
const { statSync } = require("node:fs");
const { join, relative, sep } = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

const tests = join(__dirname, "..");

/**
 * Those of about 40 s and more in a whole run, which prints the seconds of each, the longest first. On a new machine,
 * one builds for minutes. The others follow by their size.
 */
const slowest = [
  "e2e/walk",
  "e2e/engineFree",
  "e2e/faults",
  "e2e/languages",
  "e2e/limits",
  "preview/look",
  "e2e/shards",
  "e2e/compiled",
  "kinds/conformance",
  "e2e/import",
  "faults/kinds",
  "e2e/cli",
  "e2e/absence",
  "site/site",
  "e2e/changed",
  "hostile/stacks",
  "e2e/kinds",
  "e2e/workspace",
  "e2e/importForms",
  "e2e/notApplied",
  "newKind/newKind",
  "e2e/policies",
  "e2e/delegation",
  "e2e/planFile",
  "e2e/pipelines",
  "e2e/yaml",
  "e2e/native",
  "drift/page",
  "e2e/json",
  "e2e/git",
  "e2e/avatar",
  "e2e/repair",
];

/** As a file is larger, it takes longer; an engine makes it ten times as long. */
function weightOf({ path }) {
  const isEndToEnd = path.includes(join("test", "e2e"));
  const name = relative(tests, path).split(sep).join("/");
  const place = slowest.indexOf(name.replace(/\.test\.ts$/, ""));
  return place >= 0 ? 1e9 - place : statSync(path).size * (isEndToEnd ? 10 : 1);
}

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const weights = new Map(tests.map((test) => [test, weightOf(test)]));
    return [...tests].sort((left, right) => weights.get(right) - weights.get(left));
  }
};
