/** A killed engine leaves no process of its run behind: they hold the token in their environment. */
import { kill, processesWith, until } from "./support/processes";
import { Project } from "./support/project";

jest.setTimeout(240_000);

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  await project.yaml(
    `workspace: acme\nprojects: { PLAT: { name: Platform } }\nrepositories:${Array.from({ length: 6 }, (_, index) => `\n  service-${index}: { project: PLAT, variables: { LEVEL: info } }`).join("")}\n`,
  );
});
afterAll(() => project.close());

const hosts = () =>
  processesWith(project.folder).filter(({ command }) =>
    /dynamic-provider|pulumi-resource-pulumi-nodejs/.test(command),
  );

/** Milliseconds within which all of them must be gone. */
const longest = 10_000;

test.each<[string, () => boolean]>([
  ["as soon as the provider's process is there", () => hosts().length > 0],
  ["when the first request has come", () => project.emulator.requests.length > 0],
  ["in the middle of the writes", () => project.writes.length > 5],
])("an engine that is killed %s leaves no process behind", async (_when, reached) => {
  project.emulator.reset();
  project.emulator.requests.length = 0;
  const { child, result } = project.start(["up", "--yes", "--skip-preview", "--stack", "test"]);
  await until(() => child.exitCode !== null || reached());
  expect(child.exitCode).toBeNull();
  kill({ pid: child.pid ?? 0, command: "pulumi" });
  const killed = Date.now();
  await until(() => processesWith(project.folder).length === 0 || Date.now() - killed > longest, 100);
  const left = processesWith(project.folder);
  for (const one of left) kill(one);
  await result;
  await project.startOver();
  expect(left.map(({ command }) => command)).toEqual([]);
});
