/** Lines that are valid by themselves, and contradict each other: both are named. */
import { formatDiagnostic } from "../../src/desired";
import { load, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const problemsOf = (lines: readonly string[]) => problems(load(lines.join("\n")));

test("a public repository in a private project names both places", async () => {
  const found = await problemsOf([
    "workspace: acme",
    "projects:",
    "  PLAT:",
    "    name: Platform",
    "    isPrivate: true",
    "  open: { name: Open, isPrivate: false }",
    "repositories:",
    "  api: { project: PLAT, isPrivate: false }",
    "  web: { project: open, isPrivate: false }",
    "  lib: { project: PLAT }",
  ]);
  expect(found).toEqual([
    expect.stringMatching(
      /^stacks\/acme\.yaml:8:36 repositories\.api\.isPrivate: cannot be false: its project is private.*\(projects\.PLAT\.isPrivate, stacks\/acme\.yaml:5\)$/,
    ),
  ]);
});

test("so does a public repository that forbids forks, also where a layer says one of them", async () => {
  const found = await problemsOf([
    "workspace: acme",
    "defaults:",
    "  repository: { forkPolicy: no_forks }",
    "existing: { projects: [PLAT] }",
    "repositories:",
    "  api: { project: PLAT, isPrivate: false }",
  ]);
  expect(found).toEqual([
    expect.stringMatching(
      /^stacks\/acme\.yaml:3:\d+ .*forkPolicy: cannot be no_forks in a public repository.*\(.*isPrivate, stacks\/acme\.yaml:6\)$/,
    ),
  ]);
});

test("a webhook that waits for events of issues is a warning, with the date", async () => {
  const { warnings } = await load(
    [
      "workspace: acme",
      "webhooks:",
      "  ci: { url: 'https://ci.example.com', events: ['repo:push', 'issue:created'] }",
    ].join("\n"),
  );
  expect(warnings.map(formatDiagnostic)).toEqual([
    expect.stringMatching(/webhooks\.ci\.events: names issue:created, which are never sent: .*2026-08-20$/),
  ]);
});

test("a wiki that shall be on is an error, with the date and the reason", async () => {
  const found = await problemsOf(["workspace: acme", "repositories:", "  api: { hasWiki: true }"]);
  expect(found).toEqual([
    expect.stringMatching(
      /repositories\.api\.hasWiki: cannot be true: Bitbucket removed wikis on 2026-08-20/,
    ),
  ]);
});
