/** Two applies at once: of one stack, and of two stacks that manage the same workspace. */
import { Project } from "./support/project";

jest.setTimeout(240_000);

const stackYaml = (names: readonly string[], description: string) =>
  [
    "workspace: acme",
    "repositories:",
    ...names.map(
      (name) =>
        `  ${name}: { description: ${description}, variables: { ONE: "1", TWO: "2" }, webhooks: { ci: { url: "https://${name}.example.com" , events: [repo:push] } } }`,
    ),
  ].join("\n");

let project: Project;
beforeEach(async () => {
  project = await Project.start();
});
afterEach(() => project.close());

/** Waits until the run has written something, and so holds the stack. */
async function begun(result: Promise<unknown>): Promise<void> {
  let ended = false;
  void result.then(() => {
    ended = true;
  });
  while (!ended && project.writes.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(false);
}

test("the second apply of a stack is refused, and told who holds it; the first is not disturbed", async () => {
  await project.yaml(stackYaml(["one", "two", "three"], "first"));
  // The first takes its time: longer than the others take to be refused.
  project.emulator.addFault({ kind: "latency", method: "POST", milliseconds: 15_000, times: 1_000 });
  const first = project.start(["up", "--yes", "--skip-preview", "--stack", "test"]);
  await begun(first.result);

  const plain = await project.up();
  expect(plain.exitCode).not.toBe(0);
  expect(plain.output).toMatch(/currently locked by 1 lock/);
  expect(plain.output).toMatch(/created by \S+@\S+ \(pid \d+\) at /);

  const ours = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(ours.exitCode).not.toBe(0);
  expect(ours.output).toMatch(/created by \S+@\S+ \(pid \d+\) at /);

  project.emulator.clearFaults();
  const { exitCode } = await first.result;
  expect(exitCode).toBe(0);
  expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);
});

test("two stacks in one workspace at once: each has what it declares, and nobody's change is lost", async () => {
  await project.write("stacks/other.yaml", stackYaml(["theirs-1", "theirs-2", "theirs-3"], "theirs"));
  await project.pulumi(["stack", "init", "other"]);
  await project.yaml(stackYaml(["mine-1", "mine-2", "mine-3"], "mine"));
  const other = () => project.pulumi(["up", "--yes", "--skip-preview", "--stack", "other"]);
  for (const [mine, theirs] of [
    ["mine", "theirs"],
    ["changed", "changed too"],
  ] as const) {
    await project.yaml(stackYaml(["mine-1", "mine-2", "mine-3"], mine));
    await project.write("stacks/other.yaml", stackYaml(["theirs-1", "theirs-2", "theirs-3"], theirs));
    const results = await Promise.all([project.up(), other()]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    for (const index of [1, 2, 3]) {
      expect(project.repository(`mine-${index}`).description).toBe(mine);
      expect(project.repository(`theirs-${index}`).description).toBe(theirs);
    }
    // What neither declares stays as somebody set it.
    if (mine === "changed") expect(project.repository("mine-1").website).toBe("https://somebody.example.com");
    else
      await project.somebody("PUT", "/repositories/acme/mine-1", { website: "https://somebody.example.com" });
  }
  expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);
});
