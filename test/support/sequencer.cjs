/**
 * The longest files first: with two workers, one that begins last and takes minutes would run alone at the end.
 * Jest knows how long a file took only from an earlier run on the same machine.
 */
const { statSync } = require("node:fs");
const { basename, join } = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

/** Those with an engine that take longest, the longest first. */
const slowest = [
  "faults",
  "languages",
  "walk",
  "compiled",
  "limits",
  "engineFree",
  "native",
  "pipelines",
  "shards",
  "absence",
  "mistakes",
  "policies",
  "import",
  "planFile",
  "workspace",
  "kinds",
  "repair",
  "moves",
  "changed",
  "importForms",
  "planSecrets",
  "delegation",
];

/** As a file is larger, it takes longer; an engine makes it ten times as long. */
function weightOf({ path }) {
  const isEndToEnd = path.includes(join("test", "e2e"));
  const place = isEndToEnd ? slowest.indexOf(basename(path, ".test.ts")) : -1;
  return place >= 0 ? 1e9 - place : statSync(path).size * (isEndToEnd ? 10 : 1);
}

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const weights = new Map(tests.map((test) => [test, weightOf(test)]));
    return [...tests].sort((left, right) => weights.get(right) - weights.get(left));
  }
};
