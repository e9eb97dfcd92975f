/**
 * The longest files first: with two workers, one that begins last and takes minutes would run alone at the end.
 * Jest knows how long a file took only from an earlier run on the same machine.
 */
const { statSync } = require("node:fs");
const { join, relative, sep } = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

const tests = join(__dirname, "..");

/** Those that take longest, half a minute and more, the longest first. On a new machine, one builds for minutes. */
const slowest = [
  "e2e/languages",
  "e2e/faults",
  "e2e/walk",
  "e2e/engineFree",
  "e2e/limits",
  "e2e/compiled",
  "e2e/pipelines",
  "preview/look",
  "newKind/newKind",
  "e2e/import",
  "kinds/conformance",
  "e2e/yaml",
  "e2e/kinds",
  "e2e/shards",
  "e2e/native",
  "e2e/policies",
  "e2e/absence",
  "e2e/workspace",
  "e2e/planFile",
  "e2e/mistakes",
  "e2e/moves",
  "e2e/unmanaged",
  "e2e/api",
  "e2e/git",
  "e2e/avatar",
  "e2e/importForms",
  "e2e/notApplied",
  "e2e/cli",
  "e2e/delegation",
  "site/site",
  "reference/reference",
  "e2e/planSecrets",
  "e2e/changed",
  "e2e/repair",
  "e2e/signals",
  "e2e/kill",
  "e2e/drift",
  "faults/kinds",
  "e2e/get",
  "e2e/driftWork",
  "hostile/stacks",
  "drift/page",
  "e2e/forbidden",
  "e2e/json",
  "e2e/adoption",
  "e2e/program",
  "e2e/listen",
  "acceptance/command",
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
