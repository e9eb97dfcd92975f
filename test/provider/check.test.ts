/** What a check makes of a secret that was not supplied yet. */
import { pipelineVariable, webhook } from "../../src/kinds";
import { keptValue } from "../../src/kinds/kept";
import { check } from "../../src/model/check";

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
      message: expect.stringMatching(/^is not supplied yet, and there is no pipeline variable/),
    },
  ]);
  expect(check(pipelineVariable, { ...variable, key: "OLD" }, wanted).issues).toEqual([
    { path: ["value"], message: expect.stringMatching(/takes no change of key without it/) },
  ]);
  expect(check(webhook, {}, { ...hook, secret: keptValue }).issues).toHaveLength(1);
});

test("what can be changed without it, is", () => {
  const { inputs, issues } = check(webhook, hook, { ...hook, active: false, secret: keptValue });
  expect(issues).toEqual([]);
  expect(inputs).toMatchObject({ active: false });
  expect(inputs).not.toHaveProperty("secret");
});
