/** The variables that the engines of a run start with. */
import type { DesiredStack } from "../../src/desired";
import { environmentOf, garbageFor } from "../../src/run/engineSettings";
import type { RunOptions } from "../../src/run/options";

const given = process.env.GOGC;
afterEach(() => {
  if (given === undefined) delete process.env.GOGC;
  else process.env.GOGC = given;
});

const variables = () =>
  environmentOf({ skipCheckpoints: true } as RunOptions, { resources: [] } as unknown as DesiredStack);

test("engines collect garbage more often than Go's default, unless the user says how often", () => {
  delete process.env.GOGC;
  expect(variables().GOGC).toBe("50");
  expect(garbageFor(1)).toEqual({});
  expect(Number(garbageFor(2).GOGC)).toBeLessThan(50);
  process.env.GOGC = "off";
  expect(variables().GOGC).toBe("off");
  expect(garbageFor(2)).toEqual({});
});
