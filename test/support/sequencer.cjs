/**
 * The longest files first: with two workers, one that begins last and takes minutes would run alone at the end.
 * Jest knows how long a file took only from an earlier run on the same machine.
 */
const { statSync } = require("node:fs");
const { join, relative, sep } = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

const tests = join(__dirname, "..");

/** Those that take longest, half a minute and more, the longest first. */
const slowest = [
  "e2e/faults",
  "e2e/engineFree",
  "e2e/compiled",
  "e2e/limits",
  "e2e/languages",
  "e2e/walk",
  "e2e/pipelines",
  "kinds/conformance",
  "preview/look",
  "faults/kinds",
  "e2e/absence",
  "e2e/planFile",
  "e2e/shards",
  "e2e/mistakes",
  "e2e/policies",
  "e2e/workspace",
  "e2e/import",
  "e2e/native",
  "e2e/moves",
  "e2e/repair",
  "e2e/planSecrets",
  "e2e/kinds",
  "e2e/delegation",
  "e2e/changed",
  "e2e/cli",
  "e2e/signals",
  "native/service",
  "e2e/drift",
  "e2e/importForms",
  "hostile/stacks",
  "e2e/json",
  "e2e/driftWork",
  "e2e/notApplied",
  "site/site",
  "e2e/yaml",
  "e2e/unmanaged",
  "e2e/avatar",
  "e2e/kill",
  "drift/page",
  "e2e/forbidden",
  "newKind/newKind",
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
