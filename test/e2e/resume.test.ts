/** A preview that was killed while it read: the next one resumes, and an apply makes an end of that. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Gate, startGate } from "./support/gate";
import { until } from "./support/processes";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const yaml = (description: string) => `
workspace: acme
repositories:
  api: { description: ${description}, webhooks: { ci: { url: "https://api.example.com", events: [repo:push] } } }
  web: { webhooks: { ci: { url: "https://web.example.com", events: [repo:push] } } }
`;

/** Where its resources are read: below its UUID, which the state holds. */
const webhooksOf = (slug: string) =>
  `/repositories/acme/${encodeURIComponent(project.repository(slug).uuid)}/hooks`;

let project: Project;
let gate: Gate;
let isHeld = true;
beforeAll(async () => {
  project = await Project.startWithVault();
  await project.runOn("yaml");
  await project.yaml(yaml("first"));
  expect((await project.up()).exitCode).toBe(0);
  gate = await startGate(
    project.emulator.origin,
    ({ url }) => isHeld && url?.includes(webhooksOf("web")) === true,
  );
});
afterAll(async () => {
  await gate.close();
  await project.close();
});

const readings = () => join(project.folder, ".local", "state", "bitbucket-as-code", "readings");

function kept(): string {
  const files = existsSync(readings()) ? readdirSync(readings()) : [];
  return files.map((file) => readFileSync(join(readings(), file), "utf8")).join("");
}

const preview = () => project.cli(["preview", "test", "--json"], { BITBUCKET_API_URL: gate.url });

/** Kills a preview that has read one part, and waits for another one. */
async function killPreview(): Promise<void> {
  isHeld = true;
  const { child, result } = project.startCli(["preview", "test"], () => {}, { BITBUCKET_API_URL: gate.url });
  await until(() => gate.waiting > 0 && kept().includes(webhooksOf("api")), 20);
  child.kill("SIGKILL");
  await result;
  isHeld = false;
}

test("the next preview reads only what is missing, says how old the rest is, and leaves nothing behind", async () => {
  await killPreview();
  project.emulator.requests.length = 0;
  const { stdout, output, exitCode } = await preview();
  expect(output).toMatch(/Resuming an interrupted preview: \d+ responses are cached, the oldest 1 min old/);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    counts: { create: 0, update: 0, delete: 0, unchanged: 4 },
    oldestReadSeconds: expect.any(Number),
  });
  const paths = project.emulator.requests.map(({ path }) => path);
  expect(paths.some((path) => path.includes(webhooksOf("web")))).toBe(true);
  expect(paths.some((path) => path.includes(webhooksOf("api")))).toBe(false);
  expect(kept()).toBe("");
});

test("a plain apply forgets what an interrupted preview has read", async () => {
  await killPreview();
  await project.yaml(yaml("second"));
  expect((await project.up()).exitCode).toBe(0);
  expect(kept()).toBe("");
  const { stdout, output } = await preview();
  expect(output).not.toContain("Resuming");
  expect(JSON.parse(stdout)).toMatchObject({ counts: { update: 0, unchanged: 4 } });
});
