/** Results are kept beside those of earlier runs. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Measurement, readResults, writeResults } from "../../bench/measurements";
import { plot } from "../../bench/plot";

const one: Measurement = {
  tool: "bitbucket-as-code",
  phase: "preview",
  workload: "full",
  repositories: 50,
  projects: 1,
  resources: 301,
  shards: 1,
  latencyMs: 50,
  concurrency: 16,
  wallSeconds: 5,
  cpuSeconds: 7,
  calibrationSeconds: { sha256: 0.6, node: 0.04 },
  noopEngineSeconds: 4,
  requests: { GET: 202, POST: 0, PUT: 0, DELETE: 0 },
  peakMemoryBytes: 1,
  treeMemoryBytes: 2,
  treeProportionalBytes: 2,
  stateBytes: 1,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-bench-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a measurement takes the place of the same one, and no other's", () => {
  const path = join(folder, "results.json");
  writeResults(path, { ...one, repositories: 200 });
  writeResults(path, one);
  writeResults(path, { ...one, phase: "create", noopEngineSeconds: null });
  writeResults(path, { ...one, wallSeconds: 3 });
  writeResults(path, { ...one, tool: "other" });
  expect(
    readResults(path).map(({ tool, phase, repositories, wallSeconds }) => [
      tool,
      phase,
      repositories,
      wallSeconds,
    ]),
  ).toEqual([
    ["bitbucket-as-code", "create", 50, 5],
    ["bitbucket-as-code", "preview", 50, 3],
    ["other", "preview", 50, 5],
    ["bitbucket-as-code", "preview", 200, 5],
  ]);
  expect(JSON.parse(readFileSync(path, "utf8"))[0]).toEqual({
    ...one,
    phase: "create",
    noopEngineSeconds: null,
  });
});

test("the plot has a line for each tool, phase and latency, in both charts", () => {
  const svg = plot(
    [
      one,
      { ...one, repositories: 200 },
      { ...one, tool: "other" },
      { ...one, workload: "bare", phase: "create" },
    ],
    "full",
  );
  expect(svg).toMatch(/^<svg xmlns/);
  expect(svg.match(/other preview, 50 ms/g)).toHaveLength(2);
  expect(svg).not.toMatch(/NaN|undefined|create/);
});

test("what was committed is of this shape", () => {
  expect(readResults(join(__dirname, "..", "..", "bench", "results.json")).length).toBeGreaterThan(0);
});
