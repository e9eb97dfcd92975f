/** `policies:` and `exceptions:` in YAML: what is read of them, and what is refused, at its place. */
import { join } from "node:path";
import { formatDiagnostic, loadStack } from "../../src/desired";
import { folderWith, load, problems, removeFolders } from "../desired/support/folder";

afterEach(removeFolders);

const stackOf = (policies: string) => `workspace: acme\n${policies}`;

it("reads checks, expressions and exceptions", async () => {
  const { policies } = await load(
    stackOf(`
policies:
  public-repository: mandatory
  two-approvals: { check: approvals, parameters: { approvals: 2 }, level: advisory, repositories: ["*", "!sandbox-*"] }
  our-hosts:
    expression: resource.url.startsWith("https://hooks.acme.com/")
    resources: webhook
    projects: PLAT
    states: desired
    message: Send it to the gateway
exceptions:
  - { policy: public-repository, repository: website, who: jane, why: It is public, until: 2027-01-31 }
`),
  );
  const [first, second, third] = policies?.rules ?? [];
  expect(first).toMatchObject({ name: "public-repository", level: "mandatory" });
  expect(second).toMatchObject({
    level: "advisory",
    test: { check: { id: "approvals" }, values: { approvals: 2 } },
  });
  expect([second?.isRepository?.("api"), second?.isRepository?.("sandbox-1")]).toEqual([true, false]);
  expect(third).toMatchObject({ message: "Send it to the gateway", level: "mandatory" });
  expect([...(third?.states ?? [])]).toEqual(["desired"]);
  expect(policies?.exceptions).toMatchObject([{ repository: "website", until: "2027-01-31", who: "jane" }]);
});

it("counts modules among the files of the stack, so that a plan notices a change of them", async () => {
  const folder = folderWith({
    "stacks/acme.yaml": stackOf(
      "policies: { naming: { file: policies/naming.js, resources: [repository, project] } }",
    ),
    "stacks/policies/naming.js": "module.exports = () => true",
  });
  const { files } = await loadStack(join(folder, "stacks/acme.yaml"));
  expect(files.map((file) => file.slice(-9))).toEqual(["acme.yaml", "naming.js"]);
});

it.each([
  ["policies: [approvals]", "2:11 policies: must be a map, not a list"],
  [
    "policies: { aprovals: mandatory }",
    '2:13 policies.aprovals: there is no check "aprovals". A policy of your own needs an "expression" or a "file". Did you mean "approvals"?',
  ],
  [
    "policies: { mine: { check: public-repositry } }",
    '2:28 policies.mine.check: there is no check "public-repositry": see docs/reference/audit-checks.md. Did you mean "public-repository"?',
  ],
  [
    "policies: { approvals: mandatry }",
    '2:24 policies.approvals: must be mandatory or advisory, not "mandatry". Did you mean "mandatory"?',
  ],
  [
    "policies: { approvals: }",
    "2:13 policies.approvals: must be mandatory or advisory, or a map, not nothing",
  ],
  [
    "policies: { approvals: { parameters: { aprovals: 2 } } }",
    '2:40 policies.approvals.parameters.aprovals: there is no parameter "aprovals": there is approvals. Did you mean "approvals"?',
  ],
  [
    "policies: { approvals: { parameters: { approvals: many } } }",
    "2:51 policies.approvals.parameters.approvals: must be a number",
  ],
  [
    "policies: { approvals: { parameters: { approvals: 0 } } }",
    "2:51 policies.approvals.parameters.approvals: must be at least 1",
  ],
  [
    "policies: { public-repository: { parameters: { days: 2 } } }",
    '2:46 policies.public-repository.parameters: the check "public-repository" has no parameters',
  ],
  [
    "policies: { webhook-host: mandatory }",
    '2:13 policies.webhook-host: the check "webhook-host" needs the parameter "hosts"',
  ],
  [
    "policies: { approvals: { resources: [webhook] } }",
    "2:37 policies.approvals.resources: a check knows itself which resource types it is about: leave this out",
  ],
  ["policies: { approvals: { repos: [x] } }", '2:26 policies.approvals.repos: unknown field "repos"'],
  [
    "policies: { mine: { expression: 'true', message: x } }",
    '2:19 policies.mine: "resources" is required: the resource types that it is about',
  ],
  [
    "policies: { mine: { expression: 'true', resources: [webhoook], message: x } }",
    '2:53 policies.mine.resources[0]: there is no resource type "webhoook". Did you mean "webhook"?',
  ],
  [
    "policies: { mine: { expression: 'true', resources: webhook } }",
    '2:19 policies.mine: "message" is required beside an expression: what to do instead',
  ],
  [
    "policies: { mine: { expression: 'resource.url = 1', resources: webhook, message: x } }",
    '2:33 policies.mine.expression: the expression line 1, column 14: "=" is not expected',
  ],
  [
    "policies: { mine: { expression: 'resorce.url == 1', resources: webhook, message: x } }",
    'policies.mine.expression: the expression line 1, column 1: there is no variable "resorce": there are resource, fields, name, resourceType, repository, project, workspace. Did you mean "resource"?',
  ],
  [
    "policies: { mine: { expression: 'true', file: x.js, resources: webhook, message: x } }",
    '2:13 policies.mine: has both "expression" and "file": keep one',
  ],
  [
    "policies: { mine: { file: x.js, resources: webhook } }",
    "2:27 policies.mine.file: the file x.js does not exist",
  ],
  [
    "policies: { mine: { file: /etc/passwd, resources: webhook } }",
    "2:27 policies.mine.file: must be a JavaScript or TypeScript file: .js, .cjs, .mjs, .ts, .cts, .mts",
  ],
  [
    "policies: { approvals: { states: [life] } }",
    "2:35 policies.approvals.states[0]: must be desired or live",
  ],
  ["exceptions: { policy: x }", "2:13 exceptions: must be a list, not a map"],
  [
    "exceptions: [{ policy: approvals, repository: x, who: a, why: b, until: 2027-01-01 }]",
    '2:24 exceptions[0].policy: there is no policy "approvals"',
  ],
])("refuses %s", async (text, expected) => {
  expect((await problems(load(stackOf(text)))).join("\n")).toContain(
    `stacks/acme.yaml:${expected}`.replace(/^stacks\/acme.yaml:(?!\d)/, ""),
  );
});

it.each([
  ["{ policy: approvals, repository: x, who: a, why: b }", '"until" is required'],
  ["{ policy: approvals, repository: x, who: a, until: 2027-01-01 }", '"why" is required'],
  ["{ policy: approvals, repository: x, why: a, until: 2027-01-01 }", '"who" is required'],
  ["{ policy: approvals, repository: x, who: ' ', why: a, until: 2027-01-01 }", "must not be empty"],
  ["{ repository: x, who: a, why: b, until: 2027-01-01 }", '"policy" is required'],
  [
    "{ policy: approvals, who: a, why: b, until: 2027-01-01 }",
    "must name a project, a repository or a resource: what it lets break the policy",
  ],
  [
    "{ policy: approvals, repository: x, who: a, why: b, until: someday }",
    "must be a day, such as 2027-01-31",
  ],
  [
    "{ policy: approvals, repository: x, who: a, why: b, until: 2027-02-30 }",
    "must be a day, such as 2027-01-31",
  ],
  ["{ policy: aprovals, repository: x, who: a, why: b, until: 2027-01-01 }", 'Did you mean "approvals"?'],
])("refuses the exception %s", async (exception, expected) => {
  const text = stackOf(`policies: { approvals: mandatory }\nexceptions: [${exception}]`);
  expect((await problems(load(text))).join("\n")).toContain(expected);
});

it("refuses a module outside the project's folder", async () => {
  const folder = folderWith({
    "project/stacks/acme.yaml": stackOf(
      "policies: { naming: { file: ../../naming.js, resources: [repository] } }",
    ),
    "naming.js": "module.exports = () => true",
  });
  expect(await problems(loadStack(join(folder, "project/stacks/acme.yaml")))).toEqual([
    "stacks/acme.yaml:2:29 policies.naming.file: the file ../../naming.js is outside the project's folder",
  ]);
});

it("adds the policies of several files, and refuses one that is in two", async () => {
  const folder = folderWith({
    "stacks/acme/a.yaml": stackOf("policies: { approvals: mandatory }\nexceptions: []"),
    "stacks/acme/b.yaml": "policies: { public-repository: advisory }",
  });
  const { policies } = await loadStack(join(folder, "stacks/acme"));
  expect(policies?.rules.map(({ name }) => name)).toEqual(["approvals", "public-repository"]);
  const twice = folderWith({
    "stacks/acme/a.yaml": stackOf("policies: { approvals: mandatory }"),
    "stacks/acme/b.yaml": "policies: { approvals: advisory }",
  });
  expect(await problems(loadStack(join(twice, "stacks/acme")))).toEqual([
    "stacks/acme/b.yaml:1:13 policies.approvals: is a duplicate: first in stacks/acme/a.yaml:2. Remove one of them",
  ]);
});

it("warns of nothing where there is no policy", async () => {
  const stack = await load(stackOf("repositories: {}"));
  expect([stack.policies, stack.warnings.map(formatDiagnostic)]).toEqual([undefined, []]);
});
