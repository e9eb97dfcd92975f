/**
 * The longest files first: with two workers, one that begins last and takes minutes would run alone at the end.
 * Jest knows how long a file took only from an earlier run on the same machine.
 */
const { statSync } = require("node:fs");
const { join, relative, sep } = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

const tests = join(__dirname, "..");

/**
 * Those of about 50 s and more in a whole run, which prints the seconds of each, the longest first. On a new machine,
 * one builds for minutes. The others follow by their size.
 */
const slowest = [
  "e2e/engineFree",
  "e2e/walk",
  "e2e/languages",
  "e2e/faults",
  "e2e/limits",
  "e2e/compiled",
  "preview/look",
  "kinds/conformance",
  "e2e/pipelines",
  "e2e/import",
  "e2e/native",
  "e2e/cli",
  "e2e/changed",
  "e2e/delegation",
  "site/site",
  "faults/kinds",
  "e2e/importForms",
  "e2e/planFile",
  "e2e/notApplied",
  "e2e/policies",
  "e2e/workspace",
  "e2e/kinds",
  "newKind/newKind",
  "e2e/yaml",
  "e2e/pluginArchive",
  "e2e/avatar",
  "e2e/shards",
  "e2e/absence",
  "drift/page",
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
