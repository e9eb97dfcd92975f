/** The check of a secret that is not supplied yet. */
import { branchingModel, pipelineVariable, webhook } from "../../src/kinds";
import { keptValue } from "../../src/kinds/kept";
import { check } from "../../src/model/check";
import { formatPath } from "../../src/model/problem";

const variable = { workspace: "acme", repository: "{r}", key: "TOKEN", secured: true };
const hook = { workspace: "acme", repository: "{r}", url: "https://ci.example.com/", events: ["repo:push"] };

test("it stays what it was, where that is known; else it is left out, and nothing differs", () => {
  expect(
    check(pipelineVariable, { ...variable, value: "old" }, { ...variable, value: keptValue }),
  ).toMatchObject({
    inputs: { value: "old" },
    issues: [],
  });
  const unknown = check(pipelineVariable, variable, { ...variable, value: keptValue });
  expect(unknown.issues).toEqual([]);
  expect(unknown.inputs).not.toHaveProperty("value");
});

test("what would have to write it is refused before anything is done", () => {
  const wanted = { ...variable, value: keptValue };
  expect(check(pipelineVariable, {}, wanted).issues).toEqual([
    {
      path: ["value"],
      message: expect.stringMatching(/^is not supplied yet, and no existing pipeline variable has one/),
    },
  ]);
  expect(check(pipelineVariable, { ...variable, key: "OLD" }, wanted).issues).toEqual([
    { path: ["value"], message: expect.stringMatching(/requires it to change key/) },
  ]);
  expect(check(webhook, {}, { ...hook, secret: keptValue }).issues).toHaveLength(1);
});

test("what can be changed without it, is", () => {
  const { inputs, issues } = check(webhook, hook, { ...hook, active: false, secret: keptValue });
  expect(issues).toEqual([]);
  expect(inputs).toMatchObject({ active: false });
  expect(inputs).not.toHaveProperty("secret");
});

test("what is wrong is said with its path, and with what was probably meant; no value is quoted", () => {
  const said = check(
    webhook,
    {},
    {
      ...hook,
      events: ["repo:push", "repo:psh"],
      skipCertVerificaton: true,
      active: "s3cret",
    },
  ).issues.map(({ path, message }) => `${formatPath(path)} ${message}`);
  expect(said).toEqual([
    'events[1] is not one of the 29 allowed values. Did you mean "repo:push"?',
    "active must be true or false",
    'skipCertVerificaton is not a field of a webhook. Did you mean "skipCertVerification"?',
  ]);
});

test("a part that is missing or unknown is named where it is", () => {
  const place = { workspace: "acme", repository: "{r}" };
  const types = [{ kind: "feature" }, { prefix: "x/", kynd: "release" }];
  const said = check(branchingModel, {}, { ...place, branchTypes: types }).issues.map(
    ({ path, message }) => `${formatPath(path)} ${message}`,
  );
  expect(said).toEqual([
    "branchTypes[1].kind is required",
    'branchTypes[1] has an unknown property "kynd". Did you mean "kind"?',
  ]);
  // Also where there are several forms of a value.
  const other = check(branchingModel, {}, { ...place, development: { nmae: "main" } }).issues;
  expect(other).toEqual([
    { path: ["development"], message: 'has an unknown property "nmae". Did you mean "name"?' },
  ]);
});
