/** The state of a run: exported once for all callers, and again if the export failed. */
import { repository } from "../../src/kinds";
import { toTypeToken } from "../../src/model/typeToken";
import { RunState } from "../../src/provider/runState";
import type { ExportResult } from "../../src/pulumi";

const type = toTypeToken(repository);
const state = {
  deployment: {
    resources: [
      {
        urn: `urn:pulumi:s::p::${type}::api`,
        type,
        custom: true,
        id: "{1}",
        outputs: { workspace: "acme", name: "api" },
      },
    ],
  },
};

function stateOf(...answers: ExportResult[]): { state: RunState; asked: () => number } {
  let asked = 0;
  const next = async () => {
    asked += 1;
    return answers[Math.min(asked, answers.length) - 1] ?? { reason: "none" };
  };
  return { state: new RunState(next), asked: () => asked };
}

test("who asks at once and who asks later get one export", async () => {
  const run = stateOf({ state });
  const [objects, exported] = await Promise.all([run.state.objects(), run.state.read()]);
  expect(objects).toMatchObject([{ id: "{1}", name: "repository api in acme" }]);
  expect(exported).toEqual({ state });
  expect(await run.state.read()).toEqual({ state });
  expect(run.asked()).toBe(1);
});

test("a state that could not be read is not an empty one, and the next who asks tries again", async () => {
  const run = stateOf({ reason: "locked" }, { state });
  expect(await run.state.objects()).toBeUndefined();
  expect(await run.state.read()).toEqual({ state });
  expect(run.asked()).toBe(2);
});

test("what is no state holds nothing that is known", async () => {
  expect(await stateOf({ state: { deployment: { resources: "many" } } }).state.objects()).toBeUndefined();
});
