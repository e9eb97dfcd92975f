/** What the YAML changes since a revision of git. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { loadFormer } from "../../src/cli/shared/former";
import { loadStack } from "../../src/desired";
import { environment } from "../../src/environment";
import { findChangedKeys } from "../../src/preview";
import { requireRun } from "../../src/process/requireRun";
import { folderWith, removeFolders } from "../desired/support/folder";

afterAll(removeFolders);

type Files = Readonly<Record<string, string>>;

async function git(folder: string, ...args: string[]): Promise<void> {
  const own = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  await requireRun("git", [...own, ...args], { cwd: folder, env: environment() });
}

function write(folder: string, files: Files): void {
  rmSync(join(folder, "stacks"), { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** What is changed, and the repositories that were not read twice. */
async function changesBetween(before: Files, after: Files) {
  const folder = folderWith({});
  await git(folder, "init", "--quiet");
  write(folder, before);
  await git(folder, "add", ".");
  await git(folder, "commit", "--quiet", "--message", "before");
  const path = join(
    folder,
    "stacks",
    "acme.yaml" in after ? "acme.yaml" : "stacks/acme.yaml" in after ? "acme.yaml" : "acme",
  );
  const whole = await loadStack(path);
  write(folder, after);
  const now = await loadStack(path);
  const former = await loadFormer(folder, "acme", "HEAD", { now });
  return {
    changed: findChangedKeys(former, now),
    expected: findChangedKeys({ stack: whole, same: new Set() }, now),
    same: former.same,
  };
}

function files(content: unknown): Files {
  return { "stacks/acme.yaml": stringify(content) };
}

const repositories = {
  api: { description: "API", webhooks: { ci: { url: "https://ci.example.com", events: ["repo:push"] } } },
  web: { description: "Web" },
  docs: {},
};

test("only what is written otherwise is read twice", async () => {
  const changed = { ...repositories, web: { description: "Site" } };
  const found = await changesBetween(
    files({ workspace: "acme", repositories }),
    files({ workspace: "acme", repositories: changed }),
  );
  expect([...found.changed]).toEqual(["Repository web"]);
  expect([...found.same].sort()).toEqual(["api", "docs"]);
});

test("a layer, a file of its own and a file that is gone count for repositories that are written the same", async () => {
  const layered = (description: string) =>
    files({
      workspace: "acme",
      defaults: { repository: { description } },
      repositories: { docs: {}, api: {} },
    });
  const defaults = await changesBetween(layered("One"), layered("Two"));
  expect([...defaults.changed].sort()).toEqual(["Repository api", "Repository docs"]);

  const folder = (more: Files): Files => ({
    "stacks/acme/a.yaml": stringify({ workspace: "acme", repositories: { docs: {} } }),
    ...more,
  });
  const gone = await changesBetween(
    folder({ "stacks/acme/b.yaml": stringify({ defaults: { repository: { description: "One" } } }) }),
    folder({}),
  );
  expect([...gone.changed]).toEqual(["Repository docs"]);

  const avatar = (text: string): Files => ({
    ...files({ workspace: "acme", repositories: { docs: { downloads: { notes: { file: "notes.txt" } } } } }),
    "stacks/notes.txt": text,
  });
  const beside = await changesBetween(avatar("one"), avatar("two"));
  expect(beside.changed).toEqual(beside.expected);
  expect(beside.changed.size).toBeGreaterThan(0);
});

test("any change of the YAML is found as with both versions read in full", async () => {
  const own = fc.record(
    {
      description: fc.constantFrom("One", "Two"),
      project: fc.constantFrom("PLAT", "DATA"),
      variables: fc.dictionary(fc.constantFrom("A", "B"), fc.constantFrom("1", "2")),
      profiles: fc.constant(["quiet"]),
    },
    { requiredKeys: [] },
  );
  const content = fc.record({
    workspace: fc.constant("acme"),
    existing: fc.constant({ projects: ["PLAT", "DATA"] }),
    defaults: fc.constantFrom({}, { repository: { description: "Usual" } }),
    profiles: fc.constantFrom({ quiet: {} }, { quiet: { hasIssues: false } }),
    rules: fc.constantFrom([], [{ match: "a*", variables: { C: "3" } }]),
    repositories: fc.dictionary(fc.constantFrom("api", "app", "web", "docs"), own, { minKeys: 1 }),
  });
  const shape = fc.constantFrom<(one: { repositories: object }) => Files>(
    files,
    ({ repositories: all, ...rest }) => ({
      "stacks/acme.yaml": stringify({ ...rest, include: "parts/*/all.yaml" }),
      "stacks/parts/of/all.yaml": stringify({ repositories: all }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(content, content, fc.boolean(), shape, async (before, after, sameRest, toFiles) => {
      const now = sameRest ? { ...before, repositories: after.repositories } : after;
      const found = await changesBetween(toFiles(before), toFiles(now));
      expect(found.changed).toEqual(found.expected);
    }),
    { numRuns: 25 },
  );
});
