/** `unmanaged:` in YAML: its meaning if several places set it, and its possible mistakes. */
import { repository, webhook } from "../../src/kinds";
import type { Kind } from "../../src/kinds/kind";
import { isPolicyAsked, policyFor } from "../../src/unmanaged/policy";
import { load, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const base = "workspace: acme\nexisting: { projects: [PLAT] }\n";

async function policyOf(yaml: string, kind: Kind, name: string, inside?: string) {
  const stack = await load(base + yaml);
  const holder = stack.resources.find((resource) => resource.name === inside);
  return policyFor(stack.unmanaged, kind, [name], holder);
}

describe("what counts", () => {
  const yaml = `
unmanaged:
  policy: report
  kinds: { webhook: fail }
  rules:
    - { match: "https://old.*/*", policy: ignore }
    - { kinds: webhook, match: ["https://old.*/*", "!https://old.b/x"], policy: remove }
defaults: { repository: { unmanaged: { kinds: { deployKey: ignore } } } }
rules: [{ match: "svc-*", unmanaged: fail }]
profiles: { lax: { unmanaged: { kinds: { webhook: report } } } }
repositories:
  api: {}
  svc-a: {}
  svc-b: { profiles: [lax] }
  web: { unmanaged: remove }
`;

  test.each([
    ["a kind stands above all", webhook, "https://x/", "api", "fail"],
    ["a rule stands above a kind, the last one above the others", webhook, "https://old.b/", "api", "remove"],
    ["what a rule leaves out is left to the one before", webhook, "https://old.b/x", "api", "ignore"],
    ["a repository stands above the stack's rules", webhook, "https://old.b/", "web", "remove"],
    ["it takes on what rules say", webhook, "https://x/", "svc-a", "fail"],
    ["its kinds stand above its policy, from whatever layer", webhook, "https://x/", "svc-b", "report"],
    ["nothing said there, the stack counts", webhook, "https://x/", undefined, "fail"],
  ] as const)("%s", async (_, kind, name, inside, expected) => {
    expect(await policyOf(yaml, kind, name, inside)).toBe(expected);
  });

  test("nothing written is no policy, and nothing has to be read", async () => {
    expect(await policyOf("", webhook, "https://x/")).toBeUndefined();
    expect(isPolicyAsked(undefined, webhook, undefined, "ignore")).toBe(false);
  });

  test("only what may matter is read", async () => {
    const { unmanaged, resources } = await load(`${base}${yaml}`);
    const of = (name: string) => resources.find((resource) => resource.name === name);
    const quiet = await load(
      `${base}unmanaged: { kinds: { webhook: report } }\nrepositories: { api: { unmanaged: ignore } }`,
    );
    expect(isPolicyAsked(unmanaged, webhook, of("api"), "ignore")).toBe(true);
    expect(isPolicyAsked(quiet.unmanaged, webhook, quiet.resources[0], "ignore")).toBe(false);
    expect(isPolicyAsked(quiet.unmanaged, webhook, undefined, "ignore")).toBe(true);
    expect(isPolicyAsked(quiet.unmanaged, repository, undefined, "ignore")).toBe(false);
  });
});

describe("repositories and projects", () => {
  test.each([
    ["unmanaged: remove", "report"],
    ['unmanaged: { rules: [{ match: "old", policy: remove }] }', "report"],
    ["unmanaged: { rules: [{ kinds: repository, match: old, policy: remove }] }", "remove"],
    [
      "unmanaged: { rules: [{ kinds: [project, repository], match: [older, old], policy: remove }] }",
      "remove",
    ],
    [
      "unmanaged: { rules: [{ kinds: repository, match: old, policy: remove }, { match: o*, policy: remove }] }",
      "report",
    ],
  ])("are removed only where they are written out: %s", async (yaml, expected) => {
    expect(await policyOf(yaml, repository, "old")).toBe(expected);
  });

  test("a removal by kind or by pattern is an error at its place", async () => {
    const refused = /repositories and projects are removed only by a rule that names/;
    const found = await problems(
      load(`${base}unmanaged:
  kinds: { repository: remove }
  rules:
    - { kinds: [webhook, project], match: "OLD*", policy: remove }
    - { kinds: repository, match: "!api", policy: remove }
`),
    );
    expect(found.map((line) => line.split(": ")[0])).toEqual([
      "stacks/acme.yaml:4:24 unmanaged.kinds.repository",
      "stacks/acme.yaml:6:43 unmanaged.rules[0].match",
      "stacks/acme.yaml:7:35 unmanaged.rules[1].match",
    ]);
    for (const line of found) expect(line).toMatch(refused);
  });
});

test("every mistake is reported at its place, with what was meant", async () => {
  expect(
    await problems(
      load(`${base}unmanaged:
  policy: reprot
  kinds: { webhok: fail, branch: report }
  rulez: []
  rules:
    - { policy: fail }
    - { match: x }
    - { match: x, policy: fail, kinds: [webhok] }
    - fail
    - { match: [], policy: fail }
repositories:
  api: { unmanaged: { rules: [], policy: [fail] } }
  web: { unmanaged: nothing, environments: { T: { type: Test, unmanaged: fail } } }
`),
    ),
  ).toEqual([
    'stacks/acme.yaml:4:11 unmanaged.policy: must be one of ignore, report, fail, remove, not "reprot". Did you mean "report"?',
    'stacks/acme.yaml:5:12 unmanaged.kinds.webhok: a policy cannot apply to the resource type "webhok". Did you mean "webhook"?',
    'stacks/acme.yaml:5:26 unmanaged.kinds.branch: a policy cannot apply to the resource type "branch"',
    'stacks/acme.yaml:6:3 unmanaged.rulez: unknown field "rulez". Did you mean "rules"?',
    'stacks/acme.yaml:8:7 unmanaged.rules[0]: "match" is required',
    'stacks/acme.yaml:9:7 unmanaged.rules[1]: "policy" is required',
    'stacks/acme.yaml:10:40 unmanaged.rules[2].kinds: a policy cannot apply to the resource type "webhok". Did you mean "webhook"?',
    'stacks/acme.yaml:11:7 unmanaged.rules[3]: must be a map with "match" and "policy", not text',
    "stacks/acme.yaml:12:16 unmanaged.rules[4].match: must be a name, or a glob",
    'stacks/acme.yaml:14:23 repositories.api.unmanaged.rules: unknown field "rules"',
    "stacks/acme.yaml:14:42 repositories.api.unmanaged.policy: must be one of ignore, report, fail, remove, not a list",
    'stacks/acme.yaml:15:21 repositories.web.unmanaged: must be one of ignore, report, fail, remove, not "nothing"',
    'stacks/acme.yaml:15:63 repositories.web.environments.T.unmanaged: unknown property "unmanaged" of a deployment environment',
  ]);
});
