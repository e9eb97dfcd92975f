/** Two concurrent applies: of one stack, and of two stacks that manage the same workspace. */
import { startGate } from "./support/gate";
import { until } from "./support/processes";
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
  await project.runOn("yaml");
});
afterEach(() => project.close());

test("the second apply of a stack is refused, and told who holds it; the first is not disturbed", async () => {
  await project.yaml(stackYaml(["one", "two", "three"], "first"));
  const gate = await startGate(project.emulator.origin);
  const first = project.start(["up", "--yes", "--skip-preview", "--stack", "test"], {
    BITBUCKET_API_URL: gate.url,
  });
  let ended = false;
  void first.result.then(() => {
    ended = true;
  });
  // Once it writes, it holds the stack's lock, and it continues when the others have been refused.
  await until(() => ended || gate.waiting > 0, 20);
  expect(ended).toBe(false);

  const plain = await project.up();
  expect(plain.exitCode).not.toBe(0);
  expect(plain.output).toMatch(/currently locked by 1 lock/);
  expect(plain.output).toMatch(/created by \S+@\S+ \(pid \d+\) at /);

  const ours = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(ours.exitCode).not.toBe(0);
  expect(ours.output).toMatch(
    /test is locked, held by \S+ on \S+ \(process \d+\) since \S+\. Nothing in it was changed\./,
  );
  expect(ours.output).toMatch(/That run is in progress: process \d+ on this machine\. Wait for its end/);
  // A run that has not ended needs no repair, and what it is at is not what an earlier one was interrupted at.
  expect(ours.output).not.toMatch(/repair|interrupted| unchanged/);
  expect(ours.output).not.toMatch(/currently locked|\.pulumi\/locks/);

  gate.open();
  const { exitCode } = await first.result;
  await gate.close();
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
    // Fields that neither declares stay as somebody set them.
    if (mine === "changed") expect(project.repository("mine-1").website).toBe("https://somebody.example.com");
    else
      await project.somebody("PUT", "/repositories/acme/mine-1", { website: "https://somebody.example.com" });
  }
  expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);
});
