/** Consent to adoption: for the stack, for a repository with its members, for one object. */
import { argsOf, load, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const adopting = async (text: string) => {
  const stack = await load(text);
  return stack.resources
    .filter(({ args }) => args.adopt === true)
    .map(({ kind, name }) => `${kind.name} ${name}`);
};

const yaml = (top: string, api: string, level: string) => `
workspace: acme
${top}
repositories:
  api:
    ${api}
    variables: { LEVEL: { value: info, ${level} } }
    environments: { Test: { type: Test, variables: { A: b } } }
  web: { variables: { A: b } }
variables: { A: b }
`;

test("consent of a repository reaches all that is in it, however deep", async () => {
  expect(await adopting(yaml("", "adopt: true", ""))).toEqual([
    "Repository api",
    "DeploymentEnvironment api:Test",
    "PipelineVariable api:Test:A",
    "PipelineVariable api:LEVEL",
  ]);
});

test("consent of the stack reaches everything; what stands nearer counts", async () => {
  const all = await adopting(yaml("adopt: true", "", ""));
  expect(all).toHaveLength(7);
  expect(await adopting(yaml("adopt: true", "adopt: false", ""))).toEqual([
    "Repository web",
    "PipelineVariable web:A",
    "PipelineVariable A",
  ]);
  expect(await adopting(yaml("adopt: true", "", "adopt: false"))).not.toContain("PipelineVariable api:LEVEL");
});

test("without consent nothing is said", async () => {
  expect(argsOf(await load(yaml("", "", "")), "Repository", "api")).toEqual({ name: "api" });
});

test("anything but true or false is refused at its place", async () => {
  expect(await problems(load(yaml("adopt: [api]", "", "")))).toEqual([
    "stacks/acme.yaml:3:8 adopt: must be true or false, not a list",
  ]);
});
