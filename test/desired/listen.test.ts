/** `listen:` in the YAML. */
import { formatDiagnostic } from "../../src/desired";
import { argsOf, load, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const yaml = `
workspace: acme
defaults: { repository: { mainBranch: main } }
rules:
  - { match: svc-*, language: go }
profiles:
  service: { description: a service, webhooks: { ci: { url: "https://ci.example.com/", events: [repo:push] } } }
listen:
  desiredState: infrastructure
  newRepositories: { match: ["svc-*", "!svc-old"], profiles: [service] }
repositories: { api: {} }
`;

test("a new repository that matches is declared by its profiles, rules and defaults, and no other one is", async () => {
  const stack = await load(yaml, { newRepository: { slug: "svc-pay", name: "SVC Pay" } });
  expect(argsOf(stack, "Repository", "svc-pay")).toEqual({
    name: "SVC Pay",
    slug: "svc-pay",
    language: "go",
    mainBranch: "main",
    description: "a service",
  });
  expect(argsOf(stack, "Webhook", "svc-pay:ci")).toMatchObject({ url: "https://ci.example.com/" });
  expect(stack.listen?.desiredState).toBe("infrastructure");
  for (const slug of ["svc-old", "web"]) {
    const other = await load(yaml, { newRepository: { slug, name: slug } });
    expect(other.resources.map(({ name }) => name)).toEqual(["api"]);
  }
});

test("without a new repository, nothing is declared, and the profile counts as used", async () => {
  const stack = await load(yaml.replace("svc-*, language: go", "api, language: go"));
  expect(stack.resources.map(({ name }) => name)).toEqual(["api"]);
  expect(stack.warnings.map(formatDiagnostic)).toEqual([]);
});

test("without match, every new repository gets the profiles", async () => {
  const all = yaml.replace('match: ["svc-*", "!svc-old"], ', "");
  const stack = await load(all, { newRepository: { slug: "web", name: "web" } });
  expect(argsOf(stack, "Repository", "web")).toMatchObject({ description: "a service" });
});

test.each([
  ["listen: yes-please", /listen: must be a map/],
  ["listen: { newRepository: {} }", /unknown field "newRepository"\. Did you mean "newRepositories"\?/],
  ["listen: { newRepositories: { match: x } }", /"profiles" is required/],
  [
    "listen: { newRepositories: { profiles: [servise] } }",
    /there is no profile "servise"\. Did you mean "service"\?/,
  ],
  ["listen: { newRepositories: { profiles: service } }", /must be a list of profiles/],
  ["listen: { newRepositories: { match: 5, profiles: [service] } }", /must be a glob/],
  ["listen: { desiredState: [a, b] }", /must be the slug of a repository, not a list/],
])("%s is a problem at its place", async (text, message) => {
  const broken = `${yaml.slice(0, yaml.indexOf("listen:"))}${text}\nrepositories: { api: {} }\n`;
  const [first = ""] = await problems(load(broken));
  expect(first).toMatch(message);
  expect(first).toMatch(/^stacks\/acme\.yaml:8:/);
});
