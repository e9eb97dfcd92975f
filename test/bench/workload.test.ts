/** What the figures of the benchmark are of: the kinds of resources of each workload. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resourcesOf, type Workload, workloadOf, yamlOf } from "../../bench/workload";
import { loadStack } from "../../src/desired";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-bench-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The number of resources of each kind. */
async function kindsOf(workload: Workload): Promise<Record<string, number>> {
  const path = join(folder, "bench.yaml");
  writeFileSync(path, yamlOf(workload));
  const counts: Record<string, number> = {};
  for (const { kind } of (await loadStack(path)).resources) counts[kind.name] = (counts[kind.name] ?? 0) + 1;
  return counts;
}

const perRepository = { Repository: 3, Webhook: 3, DeployKey: 3, PipelineVariable: 6 };

test.each([
  ["full", { Project: 1, ...perRepository, BranchRestriction: 3 }],
  ["common", { Project: 1, ...perRepository }],
  ["bare", { Project: 1, Repository: 3 }],
] as const)("%s", async (name, expected) => {
  const workload = workloadOf(name, 3);
  expect(await kindsOf(workload)).toEqual(expected);
  expect(resourcesOf(workload)).toBe(Object.values(expected).reduce((sum, count) => sum + count, 0));
});

test("a shard has about as many resources with either workload", () => {
  const shardsOf = (name: Workload["name"], isCompiled: boolean) =>
    [50, 200, 1000].map((size) => workloadOf(name, size, isCompiled).shards);
  expect(shardsOf("full", false)).toEqual([1, 2, 10]);
  expect(shardsOf("common", false)).toEqual([1, 2, 9]);
  expect(shardsOf("full", true)).toEqual([1, 1, 4]);
  expect(shardsOf("common", true)).toEqual([1, 1, 4]);
});
