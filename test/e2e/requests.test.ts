/** The cost of a preview without changes: the figures of docs/explanation/rate-limits.md, on a small workspace. */
import { resourcesOf, type Workload, yamlOf } from "../../bench/workload";
import { Project } from "./support/project";

jest.setTimeout(300_000);

let project: Project;
beforeEach(async () => {
  project = await Project.startWithVault();
});
afterEach(() => project.close());

async function made(workload: Workload): Promise<void> {
  await project.yaml(yamlOf(workload));
  const up = await project.cli(["up", "test", "--yes", "--skip-preview", "--skip-checkpoints"]);
  expect(up).toMatchObject({ exitCode: 0 });
  expect(up.output).toContain(`${resourcesOf(workload)} created`);
}

/** The requests of a run, by method and path without the query. */
async function requestsOf(work: () => Promise<{ exitCode: number | null }>): Promise<string[]> {
  project.emulator.requests.length = 0;
  expect(await work()).toMatchObject({ exitCode: 0 });
  return project.emulator.requests.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
}

const preview = () => project.cli(["preview", "test", "--expect-no-changes"]);
const methods = (requests: readonly string[]) => new Set(requests.map((request) => request.split(" ")[0]));

test("one read for each collection that has managed children: R/100 + 4·R + 10", async () => {
  const repositories = 8;
  await made({ name: "full", repositories, projects: 1, shards: 2 });
  const requests = await requestsOf(preview);
  expect(methods(requests)).toEqual(new Set(["GET"]));
  expect(requests.length).toBeLessThanOrEqual(repositories / 100 + 4 * repositories + 10);
  // Each collection once, however many processes there are, and none without managed objects.
  expect(requests.filter((request) => /^GET \/repositories\/acme$/.test(request))).toHaveLength(1);
  const collections = requests.filter((request) => /^GET \/repositories\/acme\/[^/]+\//.test(request));
  expect(new Set(collections).size).toBe(collections.length);
  expect(new Set(collections.map((request) => request.split("/").slice(4).join("/")))).toEqual(
    new Set(["hooks", "deploy-keys", "pipelines_config/variables", "branch-restrictions"]),
  );

  // The engine alone, on one shard, sends no more requests for it, and reports them at the end.
  const shard = await requestsOf(async () => {
    const plain = await project.pulumi(["preview", "--stack", "test.1", "--expect-no-changes"]);
    expect(plain.output).toMatch(/\d+ requests to Bitbucket \(\d+ GET\); about \d+ of 1000 an hour are left/);
    return plain;
  });
  const inShard = new Set(
    shard.flatMap((request) => request.match(/^GET \/repositories\/acme\/([^/]+)\//)?.[1] ?? []),
  );
  expect(inShard.size).toBeGreaterThan(0);
  expect(inShard.size).toBeLessThan(repositories);
  expect(shard.length).toBeLessThanOrEqual(repositories / 100 + 4 * inShard.size + 10);
});

test("repositories and projects alone come from their lists: R/100 + P/100 + 5", async () => {
  // Created by a compiled program, which takes a third of the time.
  await project.runOn("yaml");
  const [repositories, projects] = [110, 3];
  await made({ name: "bare", repositories, projects, shards: 2 });
  const requests = await requestsOf(preview);
  expect(methods(requests)).toEqual(new Set(["GET"]));
  expect(requests.length).toBeLessThanOrEqual(repositories / 100 + projects / 100 + 5);
});
