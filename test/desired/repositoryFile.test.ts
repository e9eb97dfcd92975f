/** The file with which a repository sets properties of its own: which are asked for, and what counts. */
import { join } from "node:path";
import {
  explainResource,
  loadStack,
  type RepositoryFileRequest,
  type RepositoryFileVersion,
  toFileSource,
} from "../../src/desired";
import { sourcesOf } from "../../src/plan/file";
import { argsOf, folderWith, namesOf, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const commit = "0123456789abcdef0123456789abcdef01234567";
const central = `
workspace: acme
repositories:
  pay-api: { description: central, variables: { REGION: eu } }
  pay-web: { name: Pay Web, renamedFrom: pay-front }
  pay-old: { slug: pay-legacy, name: Legacy }
  other: { description: not theirs }
delegation:
  limits: { isPrivate: { oneOf: true } }
  rules:
    own:
      repositoryFile: true
      repositories: pay-*
      allow: [description, isPrivate, webhooks, variables.*.value]
`;

function at(stack: string, more: Readonly<Record<string, string>> = {}) {
  const folder = folderWith({ "stacks/acme.yaml": stack, ...more });
  return { folder, file: join(folder, "stacks/acme.yaml") };
}

const load = (texts: Readonly<Record<string, string>>, stack = central) =>
  loadStack(at(stack).file, { repositoryFiles: versionsOf(texts) });

function versionsOf(texts: Readonly<Record<string, string>>) {
  return toFileSource(
    new Map(
      Object.entries(texts).map(([name, text]): [string, RepositoryFileVersion] => [
        name,
        { uuid: `{${name}}`, commit, text },
      ]),
    ),
  );
}

test("a file sets what the rule allows, of its own repository", async () => {
  const stack = await load({
    "pay-api": `description: ours
webhooks: { ci: { url: "https://ci.example/", events: [repo:push] } }
variables: { LOG_LEVEL: info }
`,
    // No rule covers it: it was not asked for.
    other: "description: theirs",
  });
  expect(argsOf(stack, "Repository", "pay-api")?.description).toBe("ours");
  expect(argsOf(stack, "Repository", "pay-web")?.description).toBeUndefined();
  expect(argsOf(stack, "Repository", "other")?.description).toBe("not theirs");
  expect(namesOf(stack, "Webhook")).toEqual(["pay-api:ci"]);
  expect(namesOf(stack, "PipelineVariable").sort()).toEqual(["pay-api:LOG_LEVEL", "pay-api:REGION"]);
});

test("a reader that cannot read the files refuses the stack, unless no declared repository is covered", async () => {
  expect(await problems(loadStack(at(central).file))).toEqual([
    expect.stringMatching(
      /^stacks\/acme\.yaml:11:5 delegation\.rules\.own: the rule "own" is about \.bitbucket\/settings\.yaml in 3 repositories, which this command does not read/,
    ),
  ]);
  await expect(loadStack(at(central.replace("pay-*", "none-*")).file)).resolves.toBeDefined();
});

test("only covered repositories are asked for, by slug, with their former keys and pins", async () => {
  const asked: RepositoryFileRequest[] = [];
  await loadStack(at(`${central}      pins: { pay-api: ${commit} }\n`).file, {
    repositoryFiles: {
      read: async (requests) => {
        asked.push(...requests);
        return new Map(requests.map(({ repository }) => [repository, {}]));
      },
    },
  });
  expect(asked).toEqual([
    { workspace: "acme", repository: "pay-api", slug: "pay-api", commit },
    { workspace: "acme", repository: "pay-web", slug: "pay-web", renamedFrom: "pay-front" },
    { workspace: "acme", repository: "pay-old", slug: "pay-legacy" },
  ]);
});

test("nothing is asked for while the YAML itself has problems", async () => {
  const { file } = at(central.replace("allow: [description,", "allow: [descriptio,"));
  const read = jest.fn();
  expect(await problems(loadStack(file, { repositoryFiles: { read } }))).toHaveLength(1);
  expect(read).not.toHaveBeenCalled();
});

test("a repository whose file was not looked for is not one without a file", async () => {
  const { file } = at(central);
  await expect(
    loadStack(file, { repositoryFiles: { read: async () => new Map([["pay-api", {}]]) } }),
  ).rejects.toThrow("Not read: pay-web, pay-old");
});

test("limits apply", async () => {
  expect(await problems(load({ "pay-api": "isPrivate: false" }))).toEqual([
    expect.stringMatching(
      /^pay-api\/\.bitbucket\/settings\.yaml@0123456789ab:1:\d+ isPrivate: must be true: the limit "isPrivate" of delegation \(stacks\/acme\.yaml:9\), which the rule "own"/,
    ),
  ]);
});

test("a wrong value names the rule as well", async () => {
  expect(await problems(load({ "pay-api": "description: [a]" }))).toEqual([
    expect.stringMatching(/:1:\d+ description: .*\[a file of the rule "own" \(stacks\/acme\.yaml:11\)\]$/),
  ]);
});

test("a team's file and the repository's own cannot set the same", async () => {
  const stack = `${central}    team: { file: ../team.yaml, repositories: pay-api, allow: description }\n`;
  const { file } = at(stack, { "team.yaml": "repositories: { pay-api: { description: team } }" });
  expect(
    await problems(loadStack(file, { repositoryFiles: versionsOf({ "pay-api": "description: own" }) })),
  ).toEqual([expect.stringMatching(/is set in team\.yaml:1 as well\. Keep one of the two/)]);
});

test("explain says which file, commit, line and rule decided", async () => {
  const stack = await load({ "pay-api": "\ndescription: ours" });
  const root = stack.resources.find(({ name }) => name === "pay-api");
  if (!root) throw new Error("not loaded");
  expect(
    explainResource(stack, root).resources[0]?.fields.find(({ field }) => field === "description"),
  ).toMatchObject({
    layer: "delegated",
    of: "own",
    position: { file: "pay-api/.bitbucket/settings.yaml@0123456789ab", line: 2 },
    overrides: [{ layer: "own", value: "central" }],
  });
});

test("a plan is bound to the contents, and not to the commits", async () => {
  const { file, folder } = at(central);
  const digests = async (text: string, at = commit) =>
    sourcesOf(
      folder,
      "acme",
      await loadStack(file, {
        repositoryFiles: toFileSource(new Map([["pay-api", { uuid: "{1}", commit: at, text }]])),
      }),
    );
  const before = await digests("description: a");
  expect(Object.keys(before)).toContain("pay-api/.bitbucket/settings.yaml");
  expect(await digests("description: a", "f".repeat(40))).toEqual(before);
  expect(await digests("description: b")).not.toEqual(before);
});

test("which branch counts is not up to the file on it", async () => {
  const allow = (text: string) => central.replace("allow: [description", `allow: [${text}`);
  expect(await problems(load({}, allow("mainBranch")))).toEqual([
    expect.stringMatching(
      /^stacks\/acme\.yaml:14:15 .*"mainBranch" is never delegated to the files of repositories/,
    ),
  ]);
});

describe("rules", () => {
  const rule = (text: string) =>
    `workspace: acme\nrepositories: { api: {} }\ndelegation: { rules: { own: { repositories: api, allow: description, ${text} } } }\n`;
  test.each([
    ["repositoryFile: false", /must be true: the file is \.bitbucket\/settings\.yaml/],
    ["repositoryFile: .bitbucket/other.yaml", /must be true/],
    ["repositoryFile: true, file: ../a.yaml", /contradicts "file"/],
    ["pins: {}, file: ../a.yaml", /applies only to a rule with "repositoryFile: true"/],
    ["repositoryFile: true, pins: { api: main }", /must be the whole hash of a commit/],
    [`repositoryFile: true, pins: { web: ${commit} }`, /is not covered by this rule/],
    ["repositoryFile: true, limits: {}, secrets: { fromFile: x }", /unknown field "fromFile"/],
    ["secrets: {}", /"file" is required: .* or "repositoryFile: true"/],
  ])("%s", async (text, expected) => {
    const found = await problems(
      loadStack(at(rule(text), { "a.yaml": "{}" }).file, { repositoryFiles: versionsOf({}) }),
    );
    expect(found.join("\n")).toMatch(expected);
  });
});
