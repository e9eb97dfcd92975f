/** The stacks of errors that end in Pulumi's program host. */
import { inspect } from "node:util";
import { Script } from "node:vm";
import { BugError, UserError } from "../../src/errors";

/** Runs it as Pulumi's host runs a program: from a file directly in the scope's folder. */
function runInHost<Result>(work: () => Result): Result {
  const host = new Script("(work) => work()", { filename: "/project/node_modules/@pulumi/resource.ts" });
  return (host.runInThisContext() as (work: () => Result) => Result)(work);
}

/** Without which nothing is shown here. */
test("the host is in the stack of any other error", () => {
  expect(runInHost(() => new Error("other")).stack).toMatch(/node_modules\/@pulumi\/resource\.ts/);
});

test.each([
  ["a mistake", () => new UserError("name is required")],
  ["a bug", () => new BugError(new TypeError("name is required"))],
])("%s has none of its frames, and is formatted at once", (_name, make) => {
  const error = runInHost(make);
  expect(error.stack).not.toMatch(/@pulumi/);
  expect(error.stack).toMatch(/hostFrames\.test\.ts:\d+/);
  expect(error.stack?.split("\n")[0]).toMatch(/^(User|Bug)Error: .*name is required/);
  expect(inspect(error, { colors: true })).toContain("name is required");
});

test("a stack that is set is kept", () => {
  const error = new UserError("name is required");
  error.stack = "elsewhere";
  expect(error.stack).toBe("elsewhere");
});
