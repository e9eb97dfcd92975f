/** What Pulumi's dynamic-provider host prints of errors: `${error}: ${error.stack}`, beside reporting them. */
import { UserError } from "../../src/errors";
import { withoutStackTrace } from "../../src/provider/dynamic";
import { dropEchoes } from "../../src/provider/hostEcho";

/** A host's console, and what it prints. */
function hostConsole() {
  const printed: unknown[][] = [];
  const output = { error: (...given: unknown[]) => void printed.push(given) };
  dropEchoes(output);
  return { output, printed };
}

test.each([new UserError("the project still contains a repository"), new TypeError("a bug")])(
  "%s is reported, and not printed as well",
  async (thrown) => {
    const { output, printed } = hostConsole();
    const error = await withoutStackTrace(() => Promise.reject(thrown)).catch((one: Error) => one);
    expect(String(error)).toMatch(thrown.message);
    output.error(`${error}: ${(error as Error).stack}`);
    expect(printed).toEqual([]);
  },
);

test("everything else is printed", () => {
  const { output, printed } = hostConsole();
  const others = [["fatal: Missing <engine> address"], ["a", "b"], [new Error("of the host")], []];
  for (const given of others) output.error(...given);
  expect(printed).toEqual(others);
});
